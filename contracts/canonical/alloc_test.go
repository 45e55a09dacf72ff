package canonical_test

import (
	"testing"

	"github.com/mozaiks/mozaiks/contracts/canonical"
)

// request is like what a guest sends: an object of ten fields with a list and an object within.
const request = `{"collection":"tickets","filter":{"status":"open","priority":{"$in":["high","urgent"]}},"limit":50,"fields":["ref","subject"],` +
	`"cursor":null,"count":false,"sort":[["opened_at",-1]],"at":"2026-01-02T03:04:05.678Z","score":0.75,"total":123456}`

// Both are on the way of every host call; a rise needs its reason.
func TestAllocationsAreBounded(t *testing.T) {
	data := []byte(request)
	v, err := canonical.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = canonical.Parse(data) }); n > 40 {
		t.Errorf("Parse allocates %v times, the budget is 40", n)
	}
	out := make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() { out = canonical.Append(out[:0], v) }); n > 0 {
		t.Errorf("Append allocates %v times into room enough, the budget is 0", n)
	}
	if n := testing.AllocsPerRun(100, func() { canonical.Equal(v, v); canonical.Compare(v, v) }); n > 0 {
		t.Errorf("comparing allocates %v times, the budget is 0", n)
	}
}

func BenchmarkParse(b *testing.B) {
	data := []byte(request)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := canonical.Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}
