package persistence

import (
	"context"
	"fmt"
	"maps"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// write answers {"results"}. The ops run in order and are all or nothing: on an error none remains, and the error names its op.
func (s *Session) write(ctx context.Context, request map[string]any) ([]byte, error) {
	if err := only(request, "$", "ops"); err != nil {
		return nil, err
	}
	ops, ok := request["ops"].([]any)
	if !ok || len(ops) == 0 {
		return nil, invalid("must be a list of ops", "$.ops")
	}
	if len(ops) > s.opts.MaxOps {
		return nil, limitExceeded("too many ops in one call", "$.ops")
	}
	if s.batches++; s.batches > s.opts.MaxBatches {
		return nil, fault.Valuef(fault.ValueLimitExceeded, "too many data_write calls in one invocation")
	}
	if err := s.tx.Turn(ctx); err != nil {
		return nil, &broken{err}
	}
	if err := s.tx.tx.Savepoint(ctx); err != nil {
		return nil, &broken{err}
	}
	before, amounts := s.changed, s.tx.mark()
	answer, err := s.ops(ctx, ops)
	// Whatever became of the caller, the savepoint is closed.
	if end := s.tx.tx.Release(context.WithoutCancel(ctx), err != nil); end != nil {
		return nil, &broken{fmt.Errorf("%w (after %v)", end, err)} //nolint:errorlint // what went before is for logs alone
	}
	if err != nil {
		s.changed = before
		s.tx.reset(amounts)
	}
	return answer, err
}

// broken is a failure after which the transaction cannot go on.
type broken struct{ error }

func (b *broken) Unwrap() error { return b.error }

func (s *Session) ops(ctx context.Context, ops []any) ([]byte, error) {
	answer := []byte(`{"results":[`)
	for i, raw := range ops {
		result, err := s.op(ctx, raw, fmt.Sprintf("$.ops[%d]", i))
		if err != nil {
			return nil, withIndex(err, i)
		}
		if i > 0 {
			answer = append(answer, ',')
		}
		answer = append(answer, encode(result)...)
		if err := s.fits(len(answer)); err != nil {
			return nil, withIndex(err, i)
		}
	}
	return append(answer, "]}"...), nil
}

// withIndex names the op that failed. Where the details name an index of the collection, the op is their op.
func withIndex(err error, i int) error {
	value, ok := err.(*fault.ValueError) //nolint:errorlint // made in this package, never wrapped
	if !ok {
		return err
	}
	details := map[string]any{"index": int64(i)}
	if _, taken := value.Details["index"]; taken {
		details["op"] = int64(i)
	}
	maps.Copy(details, value.Details)
	return &fault.ValueError{Code: value.Code, Message: value.Message, Details: details}
}

// op runs one op of a batch.
func (s *Session) op(ctx context.Context, raw any, at string) (map[string]any, error) {
	op, ok := raw.(map[string]any)
	if !ok {
		return nil, invalid("an op is an object", at)
	}
	t, rows, err := s.open(op, at)
	if err != nil {
		return nil, err
	}
	if err := s.writable(t); err != nil {
		return nil, err
	}
	w := &writer{Session: s, t: t, rows: rows, op: op, at: at}
	switch op["op"] {
	case "insert":
		return w.insert(ctx)
	case "update":
		return w.update(ctx)
	case "upsert":
		return w.upsert(ctx)
	case "delete":
		return w.remove(ctx)
	}
	return nil, invalid("is insert, update, upsert or delete", at+".op")
}

func (s *Session) writable(t *target) error {
	var reason string
	switch {
	case t.GuestsReadOnly:
		reason = "platform_sync"
	case t.readOnly:
		reason = "read_by"
	case t.Tenancy == data.AppWide && !s.mayWriteAppWide(t):
		reason = "app_wide"
	default:
		return nil
	}
	return &fault.ValueError{Code: fault.ValueReadOnly, Message: "the collection is open for reading only", Details: map[string]any{"reason": reason}}
}

func (s *Session) mayWriteAppWide(t *target) bool {
	switch s.opts.AppWideWrites {
	case AppWideDeclared:
		return s.scope.Operator || t.Writers != "operator"
	case AppWideOperator:
		return s.scope.Operator
	default:
		return false
	}
}

// writer is one op at work.
type writer struct {
	*Session
	t    *target
	rows driver.Scope
	op   map[string]any
	at   string

	returning, must bool
	rev             *int64 // if_rev
}

// options reads what ops have in common, after their members were checked.
func (w *writer) options() (err error) {
	if w.returning, err = w.flag("returning"); err != nil {
		return err
	}
	if w.must, err = w.flag("must_match"); err != nil {
		return err
	}
	if want := w.op["if_rev"]; want != nil {
		rev, ok := want.(int64)
		if !ok {
			return invalid("must be an integer", w.at+".if_rev")
		}
		w.rev = &rev
	}
	return nil
}

func (w *writer) flag(name string) (bool, error) {
	v := w.op[name]
	if v == nil {
		return false, nil
	}
	b, ok := v.(bool)
	if !ok {
		return false, invalid("is true or false", w.at+"."+name)
	}
	return b, nil
}

// room counts a row that is about to change.
func (w *writer) room() error {
	if w.changed++; w.changed > w.opts.MaxRows {
		return fault.Valuef(fault.ValueLimitExceeded, "too many rows changed in one invocation")
	}
	return nil
}
