package persistence

import (
	"context"
	"errors"
	"regexp"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Call is what data operations need to know of the invocation that makes them.
type Call struct {
	Module string
	Now    time.Time
	IDs    func() string // the next made-up document id; the same ones in each attempt
	// Operator lets it write app-wide collections that only operators write.
	Operator bool
}

// Session answers the data operations of one invocation and counts its limits. It is used by one goroutine at a time.
type Session struct {
	tx    *Tx
	view  *View
	scope Scope
	call  Call
	opts  *Options

	calls, batches, changed int
}

// Session begins the data operations of one invocation, on whose behalf the transaction runs.
func (t *Tx) Session(v *View, call Call) *Session {
	return &Session{tx: t, view: v, scope: Scope{Whose: t.whose, Operator: call.Operator}, call: call, opts: &t.store.opts}
}

// Do answers one operation: data_get, data_query, data_count, data_aggregate or data_write. The answer is the JSON value of `ok`. A
// *fault.ValueError is for the guest, and the transaction is as it was before the call; any other error is a fault of the
// host, after which the transaction can only be rolled back.
func (s *Session) Do(ctx context.Context, operation string, request []byte) ([]byte, error) {
	if s.calls++; s.calls > s.opts.MaxCalls {
		return nil, fault.Valuef(fault.ValueLimitExceeded, "too many data calls in one invocation")
	}
	if !s.tx.store.rates.allow(s.scope.App, s.scope.Tenant, time.Now()) {
		return nil, &fault.ValueError{Code: fault.ValueQuotaExceeded, Message: "too many data calls of the tenant",
			Details: map[string]any{"quota": "data_calls", "limit": canonical.Number(s.opts.RateData)}}
	}
	if len(request) > s.opts.MaxRequest {
		return nil, fault.Valuef(fault.ValueLimitExceeded, "the request is too large")
	}
	v, err := canonical.Parse(request)
	if err != nil {
		return nil, requestFault(operation, err)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, invalid("the request is an object", "$")
	}
	limited, cancel := context.WithTimeout(ctx, s.opts.StatementTimeout)
	defer cancel()
	answer, err := s.operation(limited, operation, object)
	if err != nil {
		return nil, s.answerFault(ctx, err)
	}
	return answer, nil
}

func (s *Session) operation(ctx context.Context, operation string, request map[string]any) (answer []byte, err error) {
	switch operation {
	case "data_get":
		answer, err = s.get(ctx, request)
	case "data_query":
		answer, err = s.query(ctx, request)
	case "data_count":
		answer, err = s.count(ctx, request)
	case "data_aggregate":
		answer, err = s.aggregate(ctx, request)
	case "data_write":
		return s.write(ctx, request)
	default:
		return nil, fault.New(fault.ExecutionError, "no such data operation")
	}
	if err != nil {
		return nil, err
	}
	return answer, s.fits(len(answer))
}

// fits refuses answers over the limit.
func (s *Session) fits(size int) error {
	if size > s.opts.MaxResponse {
		return fault.Valuef(fault.ValueLimitExceeded, "the answer is too large; ask for fewer documents or fields")
	}
	return nil
}

// encode writes an answer.
func encode(v any) []byte { return canonical.Append(nil, v) }

// answerFault leaves what is for the guest, and gives the driver's errors their codes. A read that took too long, or that
// another process kept waiting, has changed nothing: the guest may go on.
func (s *Session) answerFault(ctx context.Context, err error) error {
	if _, forGuest := err.(*fault.ValueError); forGuest { //nolint:errorlint // made in this package, never wrapped
		return err
	}
	if _, broke := err.(*broken); broke { //nolint:errorlint // made in this package, never wrapped
		return storeFault(err)
	}
	switch {
	case errors.Is(err, driver.ErrBusy):
		return fault.Valuef(fault.ValueBusy, "the store is busy")
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return fault.Valuef(fault.ValueTimeout, "the operation took too long")
	}
	return storeFault(err)
}

// inDocument finds the faults of a request that lie in a document or patch that it holds.
var inDocument = regexp.MustCompile(`^\$\.ops\[\d+\]\.(doc|patch)\b`)

func requestFault(operation string, err error) error {
	e, ok := err.(*canonical.Error) //nolint:errorlint // Parse answers exactly this type
	if !ok {
		return err
	}
	if operation == "data_write" && e.Code != canonical.Syntax && inDocument.MatchString(e.Path) {
		return validationFailed([]problem{{e.Path, e.Code, e.Reason}})
	}
	return &fault.ValueError{Code: fault.ValueInvalidArgument, Message: "the request is not strict JSON: " + e.Reason,
		Details: map[string]any{"path": e.Path}}
}

// open resolves the collection that a request names, and the rows that the caller may see.
func (s *Session) open(request map[string]any, at string) (*target, driver.Scope, error) {
	name, ok := request["collection"].(string)
	if !ok {
		return nil, driver.Scope{}, invalid("names no collection", at+".collection")
	}
	t, err := s.view.resolve(name)
	if err != nil {
		return nil, driver.Scope{}, err
	}
	rows, err := s.scope.rows(t.Collection)
	return t, rows, err
}
