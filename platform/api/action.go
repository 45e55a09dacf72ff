package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/transport"
)

var correlationPattern = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,128}$`)

// action calls an action of a module. The first check that fails decides the answer.
func (a *API) action(w http.ResponseWriter, r *http.Request, s *modules.Snapshot, p *auth.Principal) error {
	m, act, err := a.find(s, chi.URLParam(r, "module"), chi.URLParam(r, "action"))
	if err != nil {
		return err
	}
	if r.Method != http.MethodPost && act.Effects != module.Read {
		w.Header().Set("Allow", http.MethodPost)
		return fault.New(fault.MethodNotAllowed, "GET is for actions that read")
	}
	params, err := a.params(w, r, act)
	if err != nil {
		return err
	}
	inv, err := a.invocation(r, s, m, act, p, params)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Mozaiks-Invocation-Id", inv.ID)
	h.Set("Mozaiks-Correlation-Id", inv.CorrelationID)
	ctx := r.Context()
	if act.Effects != module.Read {
		ctx = context.WithoutCancel(ctx) // a write goes on when its caller is gone
	}
	out, err := a.Executor.Invoke(ctx, inv)
	if err != nil {
		return err
	}
	return answer(w, r, act, out)
}

// servedModule answers a module that loaded.
func servedModule(s *modules.Snapshot, id string) (*modules.Loaded, error) {
	if _, failed := s.Failed[id]; failed {
		return nil, fault.New(fault.ModuleUnavailable, "the module did not load").
			WithHint("GET /api/apps/" + s.App + "/health says why")
	}
	m := s.Modules[id]
	if m == nil {
		return nil, fault.New(fault.ModuleNotFound, "no such module")
	}
	return m, nil
}

// find answers the action that this lane reaches; a hidden one is as if it were not there.
func (a *API) find(s *modules.Snapshot, moduleID, actionID string) (*modules.Loaded, *module.Action, error) {
	m, err := servedModule(s, moduleID)
	if err != nil {
		return nil, nil, err
	}
	act := m.Action(actionID)
	if act == nil || act.Surface == module.SurfaceInternal || act.Surface == module.SurfaceAdminInternal {
		return nil, nil, fault.New(fault.ActionNotFound, "no such action")
	}
	return m, act, nil
}

func (a *API) params(w http.ResponseWriter, r *http.Request, act *module.Action) (map[string]any, error) {
	if r.Method != http.MethodPost {
		return queryParams(r.URL.Query(), act)
	}
	if r.URL.RawQuery != "" {
		return nil, fault.New(fault.QueryNotAllowed, "a POST takes its parameters in the body")
	}
	return transport.ReadObject(w, r, a.opts.InputMax)
}

func (a *API) invocation(r *http.Request, s *modules.Snapshot, m *modules.Loaded, act *module.Action, p *auth.Principal,
	params map[string]any) (*modules.Invocation, error) {
	now := a.now()
	inv := &modules.Invocation{ID: id.New("inv_", now), Snapshot: s, Module: m, Action: act, Export: act.Export,
		Effects: act.Effects, Surface: modules.SurfaceHTTP, Principal: p, Authority: a.Rights.ForCaller(s, m.Module, p),
		Params: params, Seed: modules.NewSeed(), Now: now}
	inv.RootID, inv.CorrelationID, inv.CausationID = inv.ID, inv.ID, inv.ID
	if given := r.Header.Values("Mozaiks-Correlation-Id"); len(given) > 0 {
		if len(given) > 1 || !correlationPattern.MatchString(given[0]) {
			return nil, fault.New(fault.InvalidHeader, "Mozaiks-Correlation-Id has a bad form")
		}
		inv.CorrelationID = given[0]
	}
	switch keys := r.Header.Values("Idempotency-Key"); {
	case act.Effects == module.Read:
	case len(keys) > 1 || len(keys) == 1 && keys[0] == "":
		return nil, fault.New(fault.IdempotencyKeyInvalid, "a call has one Idempotency-Key")
	case len(keys) == 1:
		inv.IdempotencyKey = keys[0]
	}
	return inv, nil
}

func answer(w http.ResponseWriter, r *http.Request, act *module.Action, out *modules.Outcome) error {
	h := w.Header()
	if out.Replayed {
		h.Set("Idempotency-Replayed", "true")
		h.Set("Mozaiks-Invocation-Id", out.InvocationID)
	}
	if act.Effects == module.Read {
		if act.Surface == module.SurfacePublicReadonly {
			h.Set("Cache-Control", "public, max-age=0, must-revalidate")
		}
		sum := sha256.Sum256(out.Value)
		tag := `"` + hex.EncodeToString(sum[:16]) + `"`
		h.Set("ETag", tag)
		if matches(r.Header.Get("If-None-Match"), tag) {
			if h.Get("Cache-Control") == "" {
				h.Set("Cache-Control", "no-store")
			}
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	transport.WriteBytes(w, http.StatusOK, out.Value)
	return nil
}

func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		if c := strings.TrimPrefix(strings.TrimSpace(candidate), "W/"); c == tag || c == "*" {
			return true
		}
	}
	return false
}
