package persistence

import (
	"fmt"
	"testing"
	"time"
)

func TestATenantsCallsAreHeldToTheirRate(t *testing.T) {
	t.Parallel()
	r, now := newRates(10, 20), time.Unix(1000, 0)
	allowed := func(tenant string, calls int) (n int) {
		for range calls {
			if r.allow("app", tenant, now) {
				n++
			}
		}
		return n
	}
	if n := allowed("a", 100); n != 20 {
		t.Errorf("%d calls at once", n)
	}
	if n := allowed("b", 5); n != 5 {
		t.Errorf("another tenant has %d", n)
	}
	now = now.Add(500 * time.Millisecond)
	if n := allowed("a", 100); n != 5 {
		t.Errorf("%d calls after half a second", n)
	}
}

func TestTenantsWhoDoNotCallAreForgotten(t *testing.T) {
	t.Parallel()
	r, now := newRates(10, 20), time.Unix(1000, 0)
	for i := range ratesMost {
		r.allow("app", fmt.Sprint(i), now)
	}
	now = now.Add(time.Second)
	for range 20 {
		r.allow("app", "busy", now)
	}
	if len(r.of) > 2 {
		t.Errorf("%d are remembered", len(r.of))
	}
	if r.allow("app", "busy", now) {
		t.Error("who is over the rate was forgotten")
	}
}
