package wasmhost

import (
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
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
		e.Frames = t.frames
	}
	s.ended = e
	return e
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
