package modules

import (
	"context"
	"time"

	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// Surface says how an invocation came in.
type Surface string

// The surfaces of this build.
const (
	SurfaceHTTP     Surface = "http"
	SurfaceReaction Surface = "reaction"
	SurfaceRoute    Surface = "extension_route"
	SurfaceService  Surface = "service"
	SurfaceSchedule Surface = "schedule"
	// SurfaceAccount is of the functions that the host calls by itself.
	SurfaceAccount Surface = "account"
)

// Invocation is one call of one export. All guest code runs inside one.
type Invocation struct {
	ID        string
	Snapshot  *Snapshot
	Module    *Loaded
	Action    *module.Action // nil where a bare export runs
	Export    string
	Effects   module.Effects
	Surface   Surface
	Principal *auth.Principal
	Authority Authority
	Params    map[string]any // canonical value

	RootID        string
	CorrelationID string
	CausationID   string
	Depth         int
	Event         *events.Envelope // what caused it, if an event did
	Subscription  string           // the reaction that runs

	Seed    [32]byte
	Now     time.Time
	Timeout time.Duration // 0: the action's, else the module's

	IdempotencyKey string

	// Usage is set while the invocation runs.
	Usage Usage

	// InCommit runs in the invocation's transaction just before it commits, and may refuse it. Nil for none.
	InCommit func(ctx context.Context, tx persistence.SQL, out *Outcome) error
}

// Outcome is what an invocation that succeeded gives.
type Outcome struct {
	InvocationID string
	Value        []byte // the result as canonical JSON
	Replayed     bool   // the stored answer of an earlier call with the same idempotency key
	Events       int
	Deliveries   int
	Elapsed      time.Duration
}

// Usage is what the last attempt of an invocation used.
type Usage struct {
	Fuel      uint64
	PeakPages uint32 // of linear memory, 64 KiB each
	HostCalls int
	Exchanged int // bytes of host calls and their answers
}

// Target is what an invocation runs: an action, or a bare export.
type Target struct {
	Action  *module.Action // nil for a bare export
	Export  string
	Effects module.Effects
	Timeout time.Duration // 0: the module's
}

// Run answers the target that an action's id, or else an export, names.
func Run(m *module.Module, action, export string) Target {
	if a := m.Action(action); action != "" && a != nil {
		return Target{Action: a, Export: a.Export, Effects: a.Effects, Timeout: a.Timeout}
	}
	return Target{Export: export, Effects: module.Write}
}

// Name is module.action, or module.export for a bare export.
func (inv *Invocation) Name() string {
	if inv.Action != nil {
		return inv.Module.ID + "." + inv.Action.ID
	}
	return inv.Module.ID + "." + inv.Export
}

func (inv *Invocation) actionID() string {
	if inv.Action != nil {
		return inv.Action.ID
	}
	return ""
}

// insideMax bounds an invocation that makes no outside calls, whatever its module asks for.
const insideMax = 60 * time.Second

func (inv *Invocation) timeout() time.Duration {
	limit := inv.Module.Limits.Timeout
	switch {
	case inv.Timeout > 0:
		limit = inv.Timeout
	case inv.Action != nil && inv.Action.Timeout > 0:
		limit = inv.Action.Timeout
	}
	if inv.Effects != module.External {
		limit = min(limit, insideMax)
	}
	return limit
}

// actor names who is behind the invocation, for the scope of idempotency keys.
func (inv *Invocation) actor() string {
	return string(inv.Principal.Kind) + ":" + inv.Principal.UserID
}
