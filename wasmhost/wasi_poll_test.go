package wasmhost

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// waitFor writes a subscription: of a clock for a time, or of a descriptor.
func waitFor(userdata uint64, kind byte, id uint32, timeout uint64, flags uint16) string {
	var s [subscriptionSize]byte
	binary.LittleEndian.PutUint64(s[:], userdata)
	s[8] = kind
	binary.LittleEndian.PutUint32(s[16:], id)
	binary.LittleEndian.PutUint64(s[24:], timeout)
	binary.LittleEndian.PutUint16(s[40:], flags)
	return string(s[:])
}

func TestPollingNeverWaits(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	now := uint64(testNow.UnixNano())
	const begin = virtualBegin
	for _, c := range []struct {
		name    string
		in      []string
		events  []string // userdata kind errno
		virtual uint64
	}{
		{"sleep", []string{waitFor(7, 0, 1, 500, 0)}, []string{"7 0 0"}, begin + 500},
		{"the earliest of several", []string{waitFor(1, 0, 1, 500, 0), waitFor(2, 0, 0, 300, 0)}, []string{"2 0 0"}, begin + 300},
		{"two at once", []string{waitFor(1, 0, 1, 300, 0), waitFor(2, 0, 2, 300, 0)}, []string{"1 0 0", "2 0 0"}, begin + 300},
		{"until a time of the virtual clock", []string{waitFor(1, 0, 1, begin+9, 1)}, []string{"1 0 0"}, begin + 9},
		{"until a time that has passed", []string{waitFor(1, 0, 1, 5, 1)}, []string{"1 0 0"}, begin},
		{"until a time of day", []string{waitFor(1, 0, 0, now+70, 1)}, []string{"1 0 0"}, begin + 70},
		{"until a day that has passed", []string{waitFor(1, 0, 0, now-70, 1)}, []string{"1 0 0"}, begin},
		{"for ever", []string{waitFor(1, 0, 1, math.MaxUint64, 0)}, []string{"1 0 0"}, math.MaxInt64},
		{"unknown clock", []string{waitFor(1, 0, 4, 5, 0)}, []string{"1 0 28"}, begin},
		{"output", []string{waitFor(1, 2, 1, 0, 0), waitFor(2, 2, 2, 0, 0)}, []string{"1 2 0", "2 2 0"}, begin},
		{"input", []string{waitFor(1, 1, 0, 0, 0)}, []string{"1 1 0"}, begin},
		{"the wrong way", []string{waitFor(1, 1, 1, 0, 0), waitFor(2, 2, 0, 0, 0), waitFor(3, 1, 3, 0, 0)},
			[]string{"1 1 8", "2 2 8", "3 1 8"}, begin},
		{"unknown kind", []string{waitFor(1, 3, 0, 0, 0)}, []string{"1 3 28"}, begin},
		{"output before a clock", []string{waitFor(1, 0, 1, 500, 0), waitFor(2, 2, 1, 0, 0), waitFor(3, 0, 1, 0, 0)},
			[]string{"2 2 0", "3 0 0"}, begin},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newWASIGuest()
			all := ""
			for _, s := range c.in {
				all += s
			}
			g.Data(2000, all)
			out := g.run(t, e, Call{}, g.do(1024, "poll_oneoff", 2000, 1056, int64(len(c.in)), 1028),
				g.do(1025, "clock_time_get", 1, 0, 1032))
			if !slices.Equal(out[:2], []byte{0, 0}) {
				t.Fatalf("errnos %v", out[:2])
			}
			events := []string{}
			for i := range int(binary.LittleEndian.Uint32(out[4:])) {
				event := out[32+i*eventSize:]
				events = append(events, fmt.Sprintf("%d %d %d", binary.LittleEndian.Uint64(event), event[10], binary.LittleEndian.Uint16(event[8:])))
			}
			if !slices.Equal(events, c.events) {
				t.Errorf("events %q, want %q", events, c.events)
			}
			if got := binary.LittleEndian.Uint64(out[8:]); got != c.virtual {
				t.Errorf("virtual clock %d, want %d", got, c.virtual)
			}
		})
	}
}

func TestTheVirtualClockGoesOnFromInitialisation(t *testing.T) {
	t.Parallel()
	g := newWASIGuest()
	g.Data(2000, waitFor(1, 0, 1, 5_000, 0))
	g.Export("_initialize", w.KindFunction, g.Func(w.Plain, nil, g.do(3000, "poll_oneoff", 2000, 3100, 1, 3200)))
	out := g.run(t, newTestEngine(t, nil), Call{}, g.do(1024, "clock_time_get", 1, 0, 1032))
	if got := binary.LittleEndian.Uint64(out[8:]); got != virtualBegin+5_000 {
		t.Errorf("got %d", got)
	}
}
