package desk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// more adds to the sample a ticket with texts that are easily spoilt, and enough others that pages are turned.
const more = sample + `{"tenant":"a","ref":"A-3","subject":"<b>\u0041\u030a & \"{{body}}\"","body":"\ud83d\ude00 \u2028 \\ end","customer_id":"c 2/?","customer_name":"\u202bא","language":"en","channel":"chat","priority":"high","tags":["e\u0301","\u00e9"],"opened_at":"2026-03-02T09:00:00.000Z"}
{"tenant":"a","ref":"A-4","subject":"Four","body":"4","customer_id":"c1","language":"en","channel":"web","priority":"normal","tags":[],"opened_at":"2026-03-01T09:00:00.000Z"}
{"tenant":"a","ref":"A-5","subject":"Five","body":"5","customer_id":"c1","language":"en","channel":"web","priority":"normal","tags":[],"opened_at":"2026-03-01T08:00:00.000Z"}
`

func TestAnImportReachesTheHostWholeAndIsReadBackWithoutADifference(t *testing.T) {
	t.Parallel()
	tickets := load(t, more)
	want := Expect(tickets)
	f, c := newFake(t, want)
	report, err := Import(context.Background(), c, tickets, &ImportOptions{Concurrency: 3})
	if err != nil {
		t.Fatal(err)
	}
	if report.Calls != 14 || report.Attempts != 14 || report.Replayed != 0 {
		t.Errorf("want 14 calls made once, got %+v", report)
	}
	if report.Percentile(50) <= 0 || report.Percentile(99) < report.Percentile(50) || report.CallsPerSecond() <= 0 {
		t.Errorf("times that cannot be: %+v", report)
	}
	for _, member := range []string{"a ann", "a bob", "b zoe"} {
		if !f.seen[member] {
			t.Errorf("%s did not sign in", member)
		}
	}
	got, err := Collect(context.Background(), c, SurveyOf(tickets))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range Diff(want, got) {
		t.Error(d)
	}
}

func TestARepeatedImportChangesNothing(t *testing.T) {
	t.Parallel()
	tickets := load(t, sample)
	f, c := newFake(t, Expect(tickets))
	for range 2 {
		if _, err := Import(context.Background(), c, tickets, nil); err != nil {
			t.Fatal(err)
		}
	}
	report, err := Import(context.Background(), c, tickets, nil)
	if err != nil {
		t.Fatal(err)
	}
	if report.Replayed != report.Calls || report.Calls != 11 {
		t.Errorf("want 11 calls answered as before, got %+v", report)
	}
	if f.calls["open"] != 3 || f.calls["assign"] != 2 || f.calls["comment"] != 5 || f.calls["close"] != 1 {
		t.Errorf("effects: %v", f.calls)
	}
}

func TestWhatPassesIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(w http.ResponseWriter){
		"a retryable problem": func(w http.ResponseWriter) { problem(w, http.StatusServiceUnavailable, "OVERLOADED", true) },
		"a connection cut off": func(w http.ResponseWriter) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				conn.Close()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tickets := load(t, sample)
			f, c := newFake(t, Expect(tickets))
			var failed sync.Map
			f.before = func(w http.ResponseWriter, r *http.Request) bool {
				key := r.Header.Get("Idempotency-Key")
				if _, again := failed.LoadOrStore(key, true); again || key == "" {
					return false
				}
				io.Copy(io.Discard, r.Body)
				fail(w)
				return true
			}
			report, err := Import(context.Background(), c, tickets, nil)
			if err != nil {
				t.Fatal(err)
			}
			// net/http makes some of the attempts itself after a connection was cut off, for the key tells it that it may
			if report.Calls != 11 || report.Attempts <= 11 || f.calls["open"] != 3 || f.calls["comment"] != 5 {
				t.Errorf("want 11 calls with one effect each, in more attempts, got %+v and %v", report, f.calls)
			}
		})
	}
}

func TestALostAnswerIsAskedForByTheSameKey(t *testing.T) {
	t.Parallel()
	tickets := load(t, sample)
	f, c := newFake(t, Expect(tickets))
	var lost atomic.Bool
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Idempotency-Key") != "a:A-1:open" || !lost.CompareAndSwap(false, true) {
			return false
		}
		f.mu.Lock() // the effect happens, and nobody hears of it
		f.answers["a a:A-1:open"] = `{"ticket_id": "doc_0"}`
		f.tickets["a"] = append(f.tickets["a"], &kept{shown: shown{TicketID: "doc_0", Ref: "A-1", Status: "open"}})
		f.mu.Unlock()
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn.Close()
		}
		return true
	}
	report, err := Import(context.Background(), c, tickets, &ImportOptions{Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	if report.Replayed != 1 || f.calls["open"] != 2 {
		t.Errorf("want the first opening replayed, got %+v and %v", report, f.calls)
	}
}

func TestAFailureThatDoesNotPassEndsTheImportAndNamesTheStep(t *testing.T) {
	t.Parallel()
	tickets := load(t, sample)
	f, c := newFake(t, Expect(tickets))
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Idempotency-Key") == "a:A-1:comment-2" {
			problem(w, http.StatusBadRequest, "INVALID_PARAMS", false)
			return true
		}
		return false
	}
	_, err := Import(context.Background(), c, tickets, nil)
	var p *Problem
	if !errors.As(err, &p) || p.Code != "INVALID_PARAMS" || !strings.Contains(err.Error(), "a:A-1:comment-2") {
		t.Errorf("got %v", err)
	}
}

func TestPatienceHasAnEnd(t *testing.T) {
	t.Parallel()
	tickets := load(t, sample)
	f, c := newFake(t, Expect(tickets))
	c.opts.Patience = 500 * time.Millisecond
	var attempts atomic.Int32
	f.before = func(w http.ResponseWriter, _ *http.Request) bool {
		attempts.Add(1)
		problem(w, http.StatusServiceUnavailable, "OVERLOADED", true)
		return true
	}
	_, err := Import(context.Background(), c, tickets, nil)
	if err == nil || !strings.Contains(err.Error(), "tried for 500ms") || !strings.Contains(err.Error(), "OVERLOADED") {
		t.Errorf("got %v", err)
	}
	if attempts.Load() < 2 {
		t.Errorf("tried %d times", attempts.Load())
	}
}

func TestACancelledImportEndsWithItsCause(t *testing.T) {
	t.Parallel()
	tickets := load(t, sample)
	_, c := newFake(t, Expect(tickets))
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	_, err := Import(ctx, c, tickets, &ImportOptions{Concurrency: 1, Acknowledged: func(Step) { cancel(cause) }})
	if !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

func TestEachStepIsAcknowledgedOnceAndInOrder(t *testing.T) {
	t.Parallel()
	tickets := load(t, sample)
	_, c := newFake(t, Expect(tickets))
	var mu sync.Mutex
	var got []string
	opts := &ImportOptions{Acknowledged: func(s Step) {
		mu.Lock()
		defer mu.Unlock()
		if s.Tenant() == "a" && s.Ref() == "A-1" {
			got = append(got, s.Name)
		}
	}}
	if _, err := Import(context.Background(), c, tickets, opts); err != nil {
		t.Fatal(err)
	}
	if want := []string{"open", "assign", "comment-1", "comment-2", "comment-3", "close"}; !slices.Equal(got, want) {
		t.Errorf("want %v, got %v", want, got)
	}
}
