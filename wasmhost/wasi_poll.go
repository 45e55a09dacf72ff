package wasmhost

import (
	"encoding/binary"
	"math"
)

// Sizes of WASI's subscriptions and events, and the kinds of both.
const (
	subscriptionSize = 48
	eventSize        = 32
	pollClock        = 0
	pollRead         = 1
	pollWrite        = 2
	absoluteTime     = 1
)

// wasiPoll answers poll_oneoff and never waits. If a descriptor is asked for, its event is there at once and no time
// passes. If only clocks are, the virtual clock moves to the earliest time that was asked for.
func wasiPoll(s *sandbox, m *linear, args []uint64) uint64 {
	in, out, count, result := uint32(args[0]), uint32(args[1]), uint32(args[2]), uint32(args[3])
	size := m.length()
	switch {
	case count == 0:
		return errnoInval
	case uint64(in)+uint64(count)*subscriptionSize > size, uint64(out)+uint64(count)*eventSize > size,
		uint64(result)+4 > size:
		return errnoFault
	}
	began, ready, earliest := s.virtual, false, uint64(math.MaxUint64)
	for i := range count {
		sub := s.subscription(m, in+i*subscriptionSize, began)
		if sub.kind != pollClock || sub.errno != errnoSuccess {
			ready = true
		} else {
			earliest = min(earliest, sub.due)
		}
	}
	if !ready {
		s.virtual = max(s.virtual, earliest)
	}
	events := uint32(0)
	for i := range count {
		sub := s.subscription(m, in+i*subscriptionSize, began)
		if sub.kind == pollClock && sub.errno == errnoSuccess && sub.due > s.virtual {
			continue
		}
		var event [eventSize]byte
		copy(event[:8], sub.userdata[:])
		event[8], event[10] = sub.errno, sub.kind
		m.Write(out+events*eventSize, event[:])
		events++
	}
	m.WriteUint32Le(result, events)
	return errnoSuccess
}

// subscription is one thing a guest waits for.
type subscription struct {
	userdata [8]byte
	kind     byte
	errno    byte
	due      uint64 // of a clock, on the virtual clock
}

// subscription reads what stands at an address that was checked; began is when the waiting began.
func (s *sandbox) subscription(m *linear, at uint32, began uint64) subscription {
	raw, _ := m.Read(at, subscriptionSize)
	sub := subscription{userdata: [8]byte(raw), kind: raw[8]}
	argument := binary.LittleEndian.Uint32(raw[16:])
	switch sub.kind {
	case pollClock:
		timeout := binary.LittleEndian.Uint64(raw[24:])
		absolute := binary.LittleEndian.Uint16(raw[40:])&absoluteTime != 0
		switch {
		case argument > 3:
			sub.errno = errnoInval
		case absolute && argument == 0: // the call's time stands still: what is left of it is waited for
			timeout -= min(timeout, uint64(s.time().UnixNano()))
			sub.due = later(began, timeout)
		case absolute:
			sub.due = min(timeout, math.MaxInt64)
		default:
			sub.due = later(began, timeout)
		}
	case pollRead:
		if argument != 0 {
			sub.errno = errnoBadf
		}
	case pollWrite:
		if argument != 1 && argument != 2 {
			sub.errno = errnoBadf
		}
	default:
		sub.errno = errnoInval
	}
	return sub
}

// later adds times; the sum stops at the largest signed value, which no guest outlives.
func later(began, timeout uint64) uint64 {
	if sum := began + timeout; sum >= began && sum <= math.MaxInt64 {
		return sum
	}
	return math.MaxInt64
}
