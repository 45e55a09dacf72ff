package modules

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/schema"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// ExecutorOptions are the limits of invocations. The zero value means the defaults.
type ExecutorOptions struct {
	// ResultMax is the largest result in bytes (MOZAIKS_ACTION_RESULT_MAX). Defaults to 2 MiB.
	ResultMax int
	// InputMax is the largest parameters in bytes as canonical JSON (MOZAIKS_ACTION_INPUT_MAX). Defaults to 512 KiB.
	InputMax int
	// Attempts is how often a transaction that conflicts is run (MOZAIKS_TX_ATTEMPTS). Defaults to 4.
	Attempts int
	// Hold is how long a transaction may hold the tenant's turn (MOZAIKS_TX_HOLD). Defaults to 5 s.
	Hold time.Duration
	// IdempotencyRetention is how long an answer is kept for its key (MOZAIKS_IDEMPOTENCY_RETENTION). Defaults to 24 h.
	IdempotencyRetention time.Duration
	// LogLevel is the lowest level of guests' log lines that is kept. Defaults to info.
	LogLevel string
	// Admission bounds how many invocations run at once.
	Admission AdmissionOptions

	// Settings answers the values that override a module's defaults for an invocation. Nil: none do.
	Settings func(ctx context.Context, inv *Invocation) (map[string]any, error)
	// Gate answers a *fault.Error where no plan grants the entitlement gate to the invocation's scope. Nil: every gate is granted.
	Gate func(ctx context.Context, inv *Invocation, gate string) error
	// Outside answers operations that leave the module: capability_call, http_fetch, ai_complete and the like. Nil: there are none.
	Outside func(ctx context.Context, inv *Invocation, name string, request map[string]any) ([]byte, error)
	// Observe is told of each invocation that ended, with its fault if it failed. Nil: nobody is.
	Observe func(inv *Invocation, out *Outcome, f *fault.Error)
}

func (o *ExecutorOptions) withDefaults() ExecutorOptions {
	var v ExecutorOptions
	if o != nil {
		v = *o
	}
	for _, d := range []struct {
		p *int
		v int
	}{{&v.ResultMax, 2 << 20}, {&v.InputMax, 512 << 10}, {&v.Attempts, 4}} {
		if *d.p == 0 {
			*d.p = d.v
		}
	}
	if v.Hold == 0 {
		v.Hold = 5 * time.Second
	}
	if v.IdempotencyRetention == 0 {
		v.IdempotencyRetention = 24 * time.Hour
	}
	if v.LogLevel == "" {
		v.LogLevel = "info"
	}
	return v
}

// Executor runs invocations. It is safe for concurrent use.
type Executor struct {
	store     *persistence.Store
	outbox    *events.Outbox
	log       *slog.Logger
	opts      ExecutorOptions
	admission *admission
	keys      *idempotency
	wake      func()
}

// NewExecutor makes an executor. wake is called after a commit that left deliveries behind; it must not block.
func NewExecutor(store *persistence.Store, outbox *events.Outbox, log *slog.Logger, wake func(), opts *ExecutorOptions) *Executor {
	o := opts.withDefaults()
	return &Executor{store: store, outbox: outbox, log: log, opts: o, wake: wake,
		admission: newAdmission(o.Admission), keys: newIdempotency(o.IdempotencyRetention)}
}

// Invoke runs an invocation to its end: its effects are committed when it answers without an error, and nothing of it remains
// otherwise. The error is a *fault.Error with the invocation's id in its details, or events.ErrClaimLost.
func (x *Executor) Invoke(ctx context.Context, inv *Invocation) (*Outcome, error) {
	begun := time.Now()
	out, err := x.invoke(ctx, inv)
	log := x.log.With("invocation", inv.ID, "app", inv.Snapshot.App, "tenant", inv.Principal.Tenant, "module", inv.Module.ID,
		"action", inv.Name(), "surface", inv.Surface, "ms", time.Since(begun).Milliseconds(), "fuel", inv.Usage.Fuel,
		"pages", inv.Usage.PeakPages, "host_calls", inv.Usage.HostCalls, "exchanged", inv.Usage.Exchanged)
	if err != nil {
		if errors.Is(err, events.ErrClaimLost) {
			return nil, err
		}
		f := fault.From(err)
		log.Info("invocation refused", "event", "INVOCATION", "code", f.Code, "error", f.Error())
		if x.opts.Observe != nil {
			x.opts.Observe(inv, nil, f)
		}
		return nil, annotate(f, inv)
	}
	if x.opts.Observe != nil {
		x.opts.Observe(inv, out, nil)
	}
	log.Debug("invocation done", "event", "INVOCATION", "events", out.Events, "replayed", out.Replayed)
	out.Elapsed = time.Since(begun)
	return out, nil
}

// annotate adds to a fault what a problem about a call says besides. The fault may be shared, so it is copied.
func annotate(f *fault.Error, inv *Invocation) *fault.Error {
	c := *f
	c.Details = map[string]any{"invocation_id": inv.ID, "module": inv.Module.ID}
	if inv.Action != nil {
		c.Details["action"] = inv.Action.ID
	}
	for k, v := range f.Details {
		c.Details[k] = v
	}
	return &c
}

func (x *Executor) invoke(ctx context.Context, inv *Invocation) (*Outcome, error) {
	if err := permit(inv); err != nil {
		return nil, err
	}
	if x.opts.Gate != nil && inv.Action != nil && inv.Action.EntitlementGate != "" {
		if err := x.opts.Gate(ctx, inv, inv.Action.EntitlementGate); err != nil {
			return nil, err
		}
	}
	ticket, stored, err := x.keys.begin(ctx, x.store, inv)
	if err != nil || stored != nil {
		return stored, err
	}
	defer ticket.release()
	input := canonical.Append(nil, inv.Params)
	if err := x.checkInput(inv, input); err != nil {
		return nil, err
	}
	leave, err := x.admission.enter(ctx, inv.Snapshot.App, inv.Module.ID, inv.Principal.Tenant)
	if err != nil {
		return nil, err
	}
	defer leave()
	deadline := time.Now().Add(inv.timeout())
	for attempt := 1; ; attempt++ {
		out, err := x.attempt(ctx, inv, attempt, ticket, input, deadline)
		if !errors.Is(err, errConflict) {
			return out, err
		}
		if attempt >= x.opts.Attempts || !pause(ctx, attempt, deadline) {
			return nil, fault.Wrap(fault.Busy, err, "conflicts with other writes did not end")
		}
	}
}

// errConflict says that another transaction was first; the invocation may be run again, for the guest is deterministic and
// nothing has left the host.
var errConflict = errors.New("a conflict of transactions")

// pause waits at random for up to 5, 20, 80 ms, as attempts go on.
func pause(ctx context.Context, attempt int, deadline time.Time) bool {
	limit := 5 * time.Millisecond << (2 * min(attempt-1, 2))
	wait := rand.N(limit)
	if time.Until(deadline) <= wait {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// permit checks that the invocation holds every permission that its action requires.
func permit(inv *Invocation) error {
	if inv.Action == nil {
		return nil
	}
	for _, id := range inv.Action.Permissions {
		if !slices.Contains(inv.Authority.Permissions, id) {
			return fault.New(fault.PermissionDenied, "the permission %s is needed", id)
		}
	}
	return nil
}

func (x *Executor) checkInput(inv *Invocation, input []byte) error {
	if len(input) > x.opts.InputMax {
		return fault.New(fault.PayloadTooLarge, "the parameters are larger than %d bytes", x.opts.InputMax)
	}
	if inv.Action == nil || inv.Action.Input == nil {
		return nil
	}
	if v := inv.Action.Input.Validate(inv.Params); len(v) > 0 {
		return fault.New(fault.InvalidParams, "the parameters do not fit the action's input schema").
			WithDetails(map[string]any{"errors": violations(v)})
	}
	return nil
}

func violations(v []schema.Violation) []schema.Violation {
	if len(v) > 100 {
		return v[:100]
	}
	return v
}

// attempt runs the guest once, in a transaction of its own.
func (x *Executor) attempt(ctx context.Context, inv *Invocation, attempt int, ticket *ticket, input []byte, deadline time.Time) (*Outcome, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	t := newTurn(x, inv, attempt, cancel)
	defer t.end()
	res, err := inv.Module.Sandbox.Call(ctx, &wasmhost.Call{Export: inv.Export, Input: input, Seed: inv.Seed, Now: inv.Now,
		Timeout: time.Until(deadline), MemoryPages: uint32(inv.Module.Limits.MemoryMB) * 16,
		Fuel: uint64(inv.Module.Limits.Fuel), LogLevel: x.opts.LogLevel,
		Lane: inv.Principal.Tenant, Host: t})
	inv.Usage = Usage{Fuel: res.Fuel, PeakPages: res.PeakPages, HostCalls: res.HostCalls, Exchanged: res.Exchanged}
	if t.broken != nil { // the store failed or conflicted under the guest, whatever it made of that
		return nil, t.broken
	}
	if t.doom != nil {
		return nil, t.doom
	}
	if err != nil {
		return nil, guestFault(ctx, err)
	}
	if res.Refusal != nil {
		return nil, refusal(res.Refusal)
	}
	out := &Outcome{InvocationID: inv.ID, Value: res.Value, Events: len(t.emitted)}
	if err := x.checkOutput(inv, out); err != nil {
		return nil, err
	}
	if err := t.commit(ctx, ticket, out); err != nil {
		return nil, err
	}
	if out.Deliveries > 0 {
		x.wake()
	}
	return out, nil
}

func (x *Executor) checkOutput(inv *Invocation, out *Outcome) error {
	if len(out.Value) > x.opts.ResultMax {
		return fault.New(fault.ResponseTooLarge, "the result is larger than %d bytes", x.opts.ResultMax)
	}
	v, err := canonical.Parse(out.Value)
	if err != nil {
		return fault.Wrap(fault.ResultNotJson, err, "the result is not strict JSON")
	}
	if inv.Surface == SurfaceReaction && saysNo(v) {
		return fault.New(fault.ActionFailed, "the handler answered that it failed")
	}
	if v == nil {
		v = map[string]any{}
	}
	out.Value = canonical.Append(out.Value[:0:0], v)
	if inv.Action == nil || inv.Action.Output == nil {
		return nil
	}
	if bad := inv.Action.Output.Validate(v); len(bad) > 0 {
		return fault.Wrap(fault.InvalidOutput, errors.New(bad[0].Path+": "+bad[0].Message),
			"the result does not fit the action's output schema")
	}
	return nil
}

// saysNo tells whether a handler's result counts as a refusal: false, or an object with "success": false.
func saysNo(v any) bool {
	if v == false {
		return true
	}
	object, _ := v.(map[string]any)
	return object["success"] == false
}

// guestFault turns the engine's error into what the caller is told.
func guestFault(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && errors.As(cause, new(*fault.Error)) {
		return cause
	}
	var e *wasmhost.Error
	if !errors.As(err, &e) {
		return fault.From(err)
	}
	info, _ := fault.Lookup(e.Code)
	code := e.Code
	if info.Action != "" {
		code = info.Action
	}
	return fault.Wrap(code, err, "%s", guestText(code))
}

// guestText is the fixed text for a failure of a guest: the cause goes to the log alone.
func guestText(code fault.Code) string {
	info, _ := fault.Lookup(code)
	return info.Meaning
}

// refusal maps the error value of a handler.
func refusal(e *fault.ValueError) error {
	code := fault.ActionFailed
	switch e.Code {
	case fault.ValueInvalidArgument, fault.ValueValidationFailed:
		code = fault.InvalidParams
	case fault.ValueNotFound:
		code = fault.RecordNotFound
	case fault.ValuePermissionDenied:
		code = fault.PermissionDenied
	case fault.ValueConflict, fault.ValueRevisionConflict, fault.ValueUniqueConflict:
		code = fault.Conflict
	case fault.ValueQuotaExceeded:
		code = fault.QuotaExceeded
	case fault.ValueTokensExhausted:
		code = fault.TokenUsageDenied
	case fault.ValueBusy, fault.ValueTimeout, fault.ValueUnavailable:
		code = fault.Unavailable
	}
	f := fault.New(code, "%s", cleanMessage(e.Message))
	details := map[string]any{"error": e.Code}
	if len(e.Details) > 0 && len(canonical.Append(nil, e.Details)) <= 8<<10 {
		details["details"] = e.Details
	}
	return f.WithDetails(details)
}

// cleanMessage keeps 500 characters of a guest's message, without control characters.
func cleanMessage(s string) string {
	out := make([]rune, 0, min(len(s), 500))
	for _, c := range s {
		if len(out) == 500 {
			break
		}
		if c >= ' ' && c != 0x7f && (c < 0x80 || c > 0x9f) {
			out = append(out, c)
		}
	}
	return string(out)
}
