package desk

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestSettleWaitsForTheLastDelivery(t *testing.T) {
	t.Parallel()
	f, c := newFake(t, Totals{Events: 3, Deliveries: Deliveries{Claimed: 1, Completed: 4}})
	var looks atomic.Int32
	f.before = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == appPath+"/health" && looks.Add(1) == 3 {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.totals.Deliveries = Deliveries{Completed: 5}
		}
		return false
	}
	got, err := Settle(context.Background(), c)
	if err != nil || got.Deliveries != (Deliveries{Completed: 5}) || looks.Load() < 4 {
		t.Errorf("after %d looks: %+v, %v", looks.Load(), got, err)
	}
}

func TestSettleSaysWhatIsLeftWhenItsTimeIsUp(t *testing.T) {
	t.Parallel()
	_, c := newFake(t, Totals{Deliveries: Deliveries{Pending: 2, Retryable: 1, Completed: 4}})
	late := errors.New("too late")
	ctx, cancel := context.WithTimeoutCause(context.Background(), 100*time.Millisecond, late)
	defer cancel()
	_, err := Settle(ctx, c)
	if !errors.Is(err, late) {
		t.Errorf("got %v", err)
	}
}

func TestSettleWaitsUntilTheHostIsReady(t *testing.T) {
	t.Parallel()
	f, c := newFake(t, Totals{})
	var asked atomic.Int32
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/ready") && asked.Add(1) == 1 {
			http.Error(w, `{"status": "starting"}`, http.StatusServiceUnavailable)
			return true
		}
		return false
	}
	if _, err := Settle(context.Background(), c); err != nil || asked.Load() < 2 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
}
