package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// writer opens tickets one after the other as a tenant of its own, and notes what it was answered.
type writer struct {
	h       *host
	who     persona
	mu      sync.Mutex
	stored  []string // refs of tickets that were acknowledged
	refused int
	odd     []string      // answers that nobody should get
	may     []string      // codes of refusals that are in order
	worst   time.Duration // the slowest answer
	quit    chan struct{}
	ended   sync.WaitGroup
}

// writers starts so many writers. They stop with the test, or when stop is called.
func writers(t *testing.T, h *host, n int, may ...string) (all []*writer, stop func()) {
	t.Helper()
	may = append(may, "STORE_UNAVAILABLE")
	for i := range n {
		w := &writer{h: h, may: may, who: persona{"ann", fmt.Sprint("tenant-", i), allScopes}, quit: make(chan struct{})}
		all = append(all, w)
		w.ended.Go(w.work)
	}
	stop = sync.OnceFunc(func() {
		for _, w := range all {
			close(w.quit)
			w.ended.Wait()
		}
	})
	t.Cleanup(stop)
	return all, stop
}

func (w *writer) work() {
	for n := 0; ; n++ {
		select {
		case <-w.quit:
			return
		default:
		}
		for ref := fmt.Sprint("T-", n); w.once(ref); { // whether it was stored is unknown, and told to who repeats the call
		}
	}
}

// once opens one ticket, which holds enough to fill a small disk soon, and tells whether its outcome is unknown.
func (w *writer) once(ref string) (unknown bool) {
	begun := time.Now()
	a := w.h.call(w.who, "tickets.open", fmt.Sprintf(`{"ref": %q, "subject": "s", "body": %q, "customer_id": "c"}`, ref, strings.Repeat("text ", 200)),
		"Idempotency-Key", ref)
	took := time.Since(begun)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.worst = max(w.worst, took)
	switch {
	case a.status == http.StatusOK:
		w.stored = append(w.stored, ref)
	case slices.Contains(w.may, a.code()):
		w.refused++
	default:
		w.odd = append(w.odd, fmt.Sprint(a.status, " ", string(a.body)))
	}
	if a.status != http.StatusOK {
		time.Sleep(5 * time.Millisecond) // a client that is refused waits
	}
	return strings.Contains(string(a.body), `"outcome":"unknown"`)
}

// counts answers how many tickets were stored and refused so far.
func (w *writer) counts() (stored, refused int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.stored), w.refused
}

// until waits until each writer fulfils a condition.
func until(t *testing.T, h *host, all []*writer, what string, is func(w *writer) bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		if !slices.ContainsFunc(all, func(w *writer) bool { return !is(w) }) {
			return
		}
		if time.Now().After(deadline) {
			for _, w := range all {
				stored, refused := w.counts()
				t.Errorf("%s: %d stored, %d refused, odd %.400v", w.who.tenant, stored, refused, w.odd)
			}
			t.Fatalf("not every writer %s in time\n%s", what, tail(h.log.String()))
		}
	}
}

// more waits until each writer has stored more than now.
func more(t *testing.T, h *host, all []*writer) {
	t.Helper()
	now := map[*writer]int{}
	for _, w := range all {
		now[w], _ = w.counts()
	}
	until(t, h, all, "stores again", func(w *writer) bool { stored, _ := w.counts(); return stored > now[w]+2 })
}

// refusedMore waits until each writer was refused more often than now.
func refusedMore(t *testing.T, h *host, all []*writer) {
	t.Helper()
	now := map[*writer]int{}
	for _, w := range all {
		_, now[w] = w.counts()
	}
	until(t, h, all, "is refused", func(w *writer) bool { _, refused := w.counts(); return refused > now[w]+2 })
}

// reads holds a host to its answers to reads while it cannot write.
func reads(t *testing.T, h *host, all []*writer) {
	t.Helper()
	for _, w := range all {
		if a := h.call(w.who, "tickets.list", `{}`); a.status != http.StatusOK || !strings.Contains(string(a.body), `"items":[{`) {
			t.Errorf("a read while nothing can be written: %d %.300s", a.status, a.body)
		}
	}
}

// sameAs holds a host to exactly what it acknowledged: each ticket and its event, and each reaction's effect once.
func sameAs(t *testing.T, h *host, all []*writer) {
	t.Helper()
	events := 0
	for _, w := range all {
		if len(w.odd) > 0 {
			t.Errorf("%s was answered %d times with something else, first %s", w.who.tenant, len(w.odd), w.odd[0])
		}
		var got []string
		for cursor := ""; ; {
			var page struct {
				Items []struct{ Ref string }
				Next  *string `json:"next_cursor"`
			}
			if err := json.Unmarshal(h.must(w.who, "tickets.list", `{"limit": 100`+cursor+`}`).body, &page); err != nil {
				t.Fatal(err)
			}
			for _, item := range page.Items {
				got = append(got, item.Ref)
			}
			if page.Next == nil {
				break
			}
			cursor = fmt.Sprintf(`, "cursor": %q`, *page.Next)
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(w.stored))
		if !slices.Equal(got, want) {
			t.Errorf("%s holds %d tickets, and %d were acknowledged", w.who.tenant, len(got), len(want))
		}
		events += len(got)
		if opened := h.must(w.who, "digest.summary", `{"customer_id": "c"}`).field(t, "opened"); opened != float64(len(got)) {
			t.Errorf("the reactions of %s counted %v of %d tickets", w.who.tenant, opened, len(got))
		}
	}
	if got := h.do(http.MethodGet, "/api/apps/desk/health", "", persona{}).field(t, "events"); got != float64(events) {
		t.Errorf("there are %v events of %d tickets", got, events)
	}
}
