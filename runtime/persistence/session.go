package persistence

import (
	"context"
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

// Session begins the data operations of one invocation in this transaction.
func (t *Tx) Session(v *View, scope Scope, call Call) *Session {
	return &Session{tx: t, view: v, scope: scope, call: call, opts: &t.store.opts}
}

// Do answers one operation: data_get, data_query, data_count or data_write. The answer is the JSON value of `ok`. A
// *fault.ValueError is for the guest; any other error is a fault of the host.
func (s *Session) Do(ctx context.Context, operation string, request []byte) ([]byte, error) {
	if s.calls++; s.calls > s.opts.MaxCalls {
		return nil, fault.Valuef(fault.ValueLimitExceeded, "too many data calls in one invocation")
	}
	if len(request) > s.opts.MaxRequest {
		return nil, fault.Valuef(fault.ValueLimitExceeded, "the request is too large")
	}
	v, err := canonical.Parse(request)
	if err != nil {
		return nil, requestFault(err)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, invalid("the request is an object", "$")
	}
	answer, err := s.operation(ctx, operation, object)
	if err != nil {
		return nil, hostFault(err)
	}
	out := canonical.Append(nil, answer)
	if len(out) > s.opts.MaxResponse {
		return nil, fault.Valuef(fault.ValueLimitExceeded, "the answer is too large; ask for fewer documents or fields")
	}
	return out, nil
}

func (s *Session) operation(ctx context.Context, operation string, request map[string]any) (any, error) {
	switch operation {
	case "data_get":
		return s.get(ctx, request)
	case "data_query":
		return s.query(ctx, request)
	case "data_count":
		return s.count(ctx, request)
	case "data_write":
		return s.write(ctx, request)
	}
	return nil, fault.New(fault.ExecutionError, "no such data operation")
}

// hostFault leaves what is for the guest, and gives the driver's errors their codes.
func hostFault(err error) error {
	if _, forGuest := err.(*fault.ValueError); forGuest { //nolint:errorlint // made in this package, never wrapped
		return err
	}
	return storeFault(err)
}

func requestFault(err error) error {
	e, ok := err.(*canonical.Error) //nolint:errorlint // Parse answers exactly this type
	if !ok {
		return err
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

// only refuses members that a request does not know.
func only(request map[string]any, at string, known ...string) error {
	for _, name := range sortedKeys(request) {
		found := false
		for _, k := range known {
			found = found || k == name
		}
		if !found {
			return invalid("unknown member", at+"."+name)
		}
	}
	return nil
}

// integer reads an optional integer in a range.
func integer(request map[string]any, name, at string, low, high, absent int64) (int64, error) {
	v, given := request[name]
	if !given || v == nil {
		return absent, nil
	}
	n, ok := v.(int64)
	if !ok {
		return 0, invalid("must be an integer", at+"."+name)
	}
	if n < low || n > high {
		return 0, limitExceeded("out of range", at+"."+name)
	}
	return n, nil
}

// paths reads the optional list `fields`.
func paths(request map[string]any) ([]string, error) {
	v, given := request["fields"]
	if !given || v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok || len(list) > 256 {
		return nil, invalid("must be a list of up to 256 paths", "$.fields")
	}
	out := []string{}
	for _, x := range list {
		p, _ := x.(string)
		if splitPath(p) == nil {
			return nil, invalid("no path of up to 8 names", "$.fields")
		}
		out = append(out, p)
	}
	return out, nil
}
