package id

import (
	"testing"
	"time"
)

func TestAStreamGivesTheSameAscendingIdsForTheSameSeed(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 30, 0, 123e6, time.UTC)
	a, b, other := NewStream([32]byte{1}, now), NewStream([32]byte{1}, now), NewStream([32]byte{2}, now)
	last := ""
	for range 1000 {
		x, y, z := a.Next("doc_"), b.Next("doc_"), other.Next("doc_")
		if x != y {
			t.Fatalf("one seed gave %s and %s", x, y)
		}
		if x == z {
			t.Fatalf("two seeds both gave %s", x)
		}
		if x <= last {
			t.Fatalf("%s does not come after %s", x, last)
		}
		last = x
	}
}

func TestTimesAreUTCWithMilliseconds(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 10, 30, 0, 123_456_789, time.FixedZone("", 3600))
	if got, want := FormatTime(at), "2026-03-01T09:30:00.123Z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
