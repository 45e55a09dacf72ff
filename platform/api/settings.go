package api

import (
	"maps"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/platform/settings"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/transport"
)

// adminRole is the role of those who may set what holds for their tenant.
const adminRole = "admin"

// getSettings answers the values of all modules as they hold for the caller.
func (a *API) getSettings(w http.ResponseWriter, r *http.Request, s *modules.Snapshot, o routing.Owner) error {
	if err := onlyParams(r); err != nil {
		return err
	}
	all := map[string]map[string]settings.Value{}
	passed := []settings.Passed{}
	for _, name := range slices.Sorted(maps.Keys(s.Modules)) {
		m := s.Modules[name]
		values, more, err := a.Settings.Resolve(r.Context(), m.Module, settings.Owner{App: o.App, Tenant: o.Tenant, User: o.User})
		if err != nil {
			return err
		}
		if len(values) > 0 {
			all[name] = values
		}
		passed = append(passed, more...)
	}
	transport.WriteJSON(w, r, http.StatusOK, map[string]any{"modules": all, "errors": passed})
	return nil
}

// putSettings sets values of one module in a layer: a person's own, or, for those who administer it, their tenant's.
func (a *API) putSettings(layer string) userHandler {
	return func(w http.ResponseWriter, r *http.Request, s *modules.Snapshot, o routing.Owner) error {
		m, err := servedModule(s, chi.URLParam(r, "module"))
		if err != nil {
			return err
		}
		body, err := transport.ReadObject(w, r, a.opts.MaxBody)
		if err != nil {
			return err
		}
		plain, _ := canonical.Of(body["values"])
		values, ok := plain.(map[string]any)
		if !ok || len(body) != 1 {
			return fault.New(fault.InvalidParams, "the body is {values: {setting: value}}")
		}
		if err := a.Settings.Set(r.Context(), m.Module, layer, settings.Owner{App: o.App, Tenant: o.Tenant, User: o.User}, values); err != nil {
			return err
		}
		return a.getSettings(w, r, s, o)
	}
}

// admin lets only those through who hold the role of an administrator.
func (a *API) admin(h userHandler) transport.HandlerFunc {
	return a.app(func(w http.ResponseWriter, r *http.Request, s *modules.Snapshot, p *auth.Principal) error {
		if !slices.Contains(p.Roles, adminRole) && !p.Development() {
			return fault.New(fault.PermissionDenied, "the role %s is needed", adminRole)
		}
		return withUser(h)(w, r, s, p)
	})
}
