package mozaiks

import (
	"encoding/base64"
	"strconv"

	"github.com/mozaiks/mozaiks/abi/sdk/go/internal/codec"
)

// Context is one call, and the way to the host's operations. It holds nothing of the caller by itself: who asks, and for
// what, is answered by [Context.Invocation].
type Context struct{ bridge bridge }

// operation carries one request to the host and brings the answer's document; nil stands for {"ok": null}.
type operation func(b bridge, request []byte) []byte

type answer[T any] struct {
	OK    T      `json:"ok"`
	Error *Error `json:"error"`
}

type empty struct{}

// call runs an operation. The error is an *Error: of the host, or invalid_argument for a request without JSON form.
func call[T any](ctx Context, op operation, request any) (T, error) {
	var a answer[T]
	body, err := codec.Append(nil, request)
	if err != nil {
		return a.OK, &Error{Code: CodeInvalidArgument, Message: err.Error()}
	}
	doc := op(ctx.bridge, body)
	if len(doc) == 0 {
		return a.OK, nil
	}
	if err := codec.Decode(doc, &a); err != nil {
		return a.OK, &Error{Code: CodeInternal, Message: "the host's answer does not fit the Go type: " + err.Error()}
	}
	if a.Error != nil {
		return a.OK, a.Error
	}
	return a.OK, nil
}

// Invocation says who is asking, for what, and why. Tenant, Workspace, User and Action are empty where there is none.
type Invocation struct {
	ID            string         `json:"invocation_id"`
	App           string         `json:"app"`
	Tenant        string         `json:"tenant"`
	Workspace     string         `json:"workspace"`
	User          string         `json:"user"` // an id, never a name or an address
	Module        string         `json:"module"`
	ModuleVersion string         `json:"module_version"`
	Action        string         `json:"action"`
	Surface       string         `json:"surface"`
	Effects       string         `json:"effects"` // "read", "write" or "external"
	Permissions   []string       `json:"permissions"`
	Roles         []string       `json:"roles"`
	CorrelationID string         `json:"correlation_id"`
	CausationID   string         `json:"causation_id"`
	Depth         int            `json:"depth"`
	CallDepth     int            `json:"call_depth"`
	Now           Time           `json:"now"`
	LogLevel      Level          `json:"log_level"`
	Event         *EventEnvelope `json:"event"` // in a reaction, else nil
}

// EventEnvelope is the envelope of the event that a reaction answers, without its data, which is the handler's input.
type EventEnvelope struct {
	ID            string `json:"id"`
	Source        string `json:"source"`
	Type          string `json:"type"`
	Subject       string `json:"subject"`
	Time          Time   `json:"time"`
	Module        string `json:"module"`
	Action        string `json:"action"`
	Version       int    `json:"schemaversion"`
	InvocationID  string `json:"invocationid"`
	RootID        string `json:"rootid"`
	CorrelationID string `json:"correlationid"`
	CausationID   string `json:"causationid"`
	Depth         int    `json:"depth"`
}

// Invocation asks the host for the facts of this call.
func (c Context) Invocation() (Invocation, error) { return call[Invocation](c, opContext, empty{}) }

// Now answers the call's time. It is the same from the call's first to its last instruction.
func (c Context) Now() (Time, error) {
	type clock struct {
		UnixMS int64 `json:"unix_ms"`
	}
	a, err := call[clock](c, opClock, empty{})
	return Time(a.UnixMS), err
}

// randomMax is how many bytes the host gives at a time.
const randomMax = 4096

// Random answers n bytes of the call's own random stream.
func (c Context) Random(n int) ([]byte, error) {
	type request struct {
		Bytes int `json:"bytes"`
	}
	type random struct {
		Base64 string `json:"base64"`
	}
	out := make([]byte, 0, max(n, 0))
	for len(out) < n {
		want := min(n-len(out), randomMax)
		a, err := call[random](c, opRandom, request{want})
		if err != nil {
			return nil, err
		}
		var bad error
		before := len(out)
		if out, bad = base64.StdEncoding.AppendDecode(out, []byte(a.Base64)); bad != nil || len(out)-before != want {
			return nil, &Error{Code: CodeInternal, Message: "the host did not give " + strconv.Itoa(want) + " random bytes"}
		}
	}
	return out, nil
}
