package wasmhost

import (
	"strconv"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/meter"
)

// trapMessages say in words what each trap means.
var trapMessages = map[fault.Code]string{
	fault.GuestUnreachable:  "the guest gave up (unreachable)",
	fault.GuestMemoryBounds: "the guest read or wrote outside of its memory",
	fault.GuestTableBounds:  "the guest used an entry outside of a table, or an empty one",
	fault.GuestCallType:     "the guest called a function pointer of another type",
	fault.GuestDivZero:      "the guest divided by zero",
	fault.GuestIntOverflow:  "a whole number of the guest overflowed",
	fault.GuestConversion:   "the guest converted a float that is not a number",
	fault.GuestStack:        "the guest's calls were nested too deeply",
	fault.HostPanic:         "the host failed",
	fault.Internal:          "the guest could not be run",
}

// failure makes the end of a call out of the error that running the guest gave.
func (s *sandbox) failure(err error) *Error {
	t := wazeroTrap(err)
	e := s.ended
	switch {
	case e != nil: // a host function ended the call, or a call inside this one has failed already
		e = s.outOfMemory(e)
	default:
		e = s.outOfMemory(&Error{Code: t.code, Message: trapMessages[t.code], Details: t.details})
		if t.code == fault.Internal || t.code == fault.HostPanic {
			e.Cause = err
		}
	}
	if e.Frames == nil {
		e.Frames = s.module.originalFrames(t.frames)
	}
	s.ended = e
	return e
}

// originalFrames names functions as they are in the module's own binary: those that metering added are left out, those without a
// name have their index.
func (m *Module) originalFrames(frames []string) []string {
	bin := m.inspection.module
	var out []string
	for _, f := range frames {
		f = strings.TrimPrefix(f, ".") // instances have no name
		index, unnamed := strings.CutPrefix(f, "$")
		if n, err := strconv.Atoi(index); unnamed && err == nil {
			original, ok := meter.Original(bin, n)
			if !ok {
				continue
			}
			f = "function " + strconv.Itoa(original)
		}
		out = append(out, f)
	}
	return out
}

// outOfMemory turns a guest's failure into MEMORY_EXCEEDED if it was refused memory before, since that is the likely
// reason of whatever followed; the details name the failure itself.
func (s *sandbox) outOfMemory(e *Error) *Error {
	if !s.refused() || !strings.HasPrefix(string(e.Code), "GUEST_") {
		return e
	}
	details := map[string]any{"trap": string(e.Code), "limit": int64(s.mem.limit / pageSize)}
	for k, v := range e.Details {
		details[k] = v
	}
	return &Error{Code: fault.MemoryExceeded, Message: "the guest ran out of memory", Details: details, Frames: e.Frames}
}
