package hostile

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// hostFunc answers operations by a function.
type hostFunc func(ctx context.Context, name string, request []byte) ([]byte, error)

func (h hostFunc) Operation(ctx context.Context, name string, request []byte) ([]byte, error) {
	return h(ctx, name, request)
}

func (hostFunc) Log(string, string, map[string]any) {}

// What a call leaves in memory, in memory that it grew, in globals, in an arena or in variables is seen by no other call: not of the
// same module in another lane, not of a module that gets the same addresses.
func TestNoSecretIsSeenByTheNextCall(t *testing.T) {
	for _, name := range []string{"secret", "extism-secret"} {
		for _, reset := range []string{wasmhost.ResetAuto, wasmhost.ResetCopy, wasmhost.ResetMap} {
			t.Run(name+" "+reset, func(t *testing.T) {
				t.Parallel()
				e := newEngine(t, wasmhost.Options{Reset: reset, IdlePerModule: 1})
				g := guest(t, name)
				filler, other := load(t, e, g), load(t, e, g)
				must := func(m *wasmhost.Module, export, lane, want string) {
					t.Helper()
					r, err := m.Call(context.Background(), &wasmhost.Call{Export: export, Lane: lane})
					if got := told(r, err); got != want {
						t.Fatalf("%s in the lane %s ended with %s: %v", export, lane, got, err)
					}
				}
				for range 10 * runs(t) {
					must(filler, "fill", "acme", "answer null")
					must(filler, "scan", "globex", "answer null")
					must(filler, "fill_and_trap", "acme", string(fault.GuestUnreachable))
					must(filler, "scan", "globex", "answer null")
					must(filler, "fill_and_trap", "acme", string(fault.GuestUnreachable))
					must(other, "scan", "globex", "answer null")
				}
			})
		}
	}
}

// A host function that panics, that blocks past the deadline, that comes back after it, and one that is still at work after the end
// of its call.
func TestHostsThatFail(t *testing.T) {
	t.Parallel()
	e := newEngine(t, wasmhost.Options{})
	beside := newNeighbour(t, e)
	m := load(t, e, guest(t, "ask"))
	call := func(h hostFunc) (string, time.Duration) {
		began := time.Now()
		r, err := m.Call(context.Background(), &wasmhost.Call{Export: "run", Timeout: deadline, Host: h, Lane: "hostile"})
		return told(r, err), time.Since(began)
	}
	for range runs(t) {
		got, _ := call(func(context.Context, string, []byte) ([]byte, error) { panic("a fault of the host") })
		if got != string(fault.HostPanic) {
			t.Errorf("a panic: %s", got)
		}
		got, _ = call(func(context.Context, string, []byte) ([]byte, error) {
			var none []byte
			return none[1:], nil
		})
		if got != string(fault.HostPanic) {
			t.Errorf("a runtime error: %s", got)
		}
		got, took := call(func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
			<-ctx.Done()
			return []byte(`1`), nil
		})
		if got != string(fault.Deadline) || took-deadline > allowed(overshoot) {
			t.Errorf("a host that waits for the deadline: %s after %s", got, took)
		}
		if got, _ := call(func(context.Context, string, []byte) ([]byte, error) {
			time.Sleep(deadline + 20*time.Millisecond) // it does not look at its context
			return []byte(`1`), nil
		}); got != string(fault.Deadline) {
			t.Errorf("a host that answers after the deadline: %s", got)
		}
		var stray context.Context
		if got, _ := call(func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
			stray = ctx
			return []byte(`1`), nil
		}); got != "answer 1" || stray.Err() == nil {
			t.Errorf("a host that goes on after the end: %s, its context says %v", got, stray.Err())
		}
		for _, answer := range []string{`{`, `nul`, `"\xff"`, ``} { // the host's own mistake reaches the guest, and no further
			if got, _ := call(func(context.Context, string, []byte) ([]byte, error) { return []byte(answer), nil }); got == string(fault.HostPanic) {
				t.Errorf("a host that answers %q: %s", answer, got)
			}
		}
	}
	if p99, err := beside.since(); err != nil || p99 > allowed(waiting) {
		t.Errorf("the neighbour's calls took %s: %v", p99, err)
	}
	if _, err := beside.call(); err != nil {
		t.Error(err)
	}
}

// Traps one after the other, of each kind: each has its code, the neighbour does not notice.
func TestTenThousandTraps(t *testing.T) {
	e := newEngine(t, wasmhost.Options{})
	beside := newNeighbour(t, e)
	names := []string{"trap-unreachable", "trap-load", "trap-call-type", "trap-i32-div-s-zero", "recursion-thin", "trap-exit"}
	modules := make([]*wasmhost.Module, len(names))
	for n, name := range names {
		modules[n] = load(t, e, guest(t, name))
	}
	before := resident(t)
	for n := range 10_000 {
		k := n % len(names)
		r, err := modules[k].Call(context.Background(), &wasmhost.Call{Export: "run", Lane: "hostile"})
		if got, want := told(r, err), guest(t, names[k]).Head["expect"]; got != want {
			t.Fatalf("trap %d of %s: %s", n, names[k], got)
		}
	}
	if p99, err := beside.since(); err != nil || p99 > allowed(waiting) {
		t.Errorf("the neighbour's calls took %s: %v", p99, err)
	} else {
		t.Logf("the neighbour's p99 is %s ms", millis(p99))
	}
	if stays := resident(t) - before; stays > leftover {
		t.Errorf("%d bytes stay", stays)
	}
}

// Calls made inside of calls take no place, so that they cannot wait for themselves, also where one guest executes at a time.
// Which of them a caller may make is the executor's.
func TestCallsInsideCalls(t *testing.T) {
	t.Parallel()
	e := newEngine(t, wasmhost.Options{CPUs: 1, IdlePerModule: 1})
	beside := newNeighbour(t, e)
	m := load(t, e, guest(t, "call-capability"))
	const depth = 5
	var calls int
	var nested func(level int) hostFunc
	nested = func(level int) hostFunc {
		return func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
			calls++
			if level == depth || level > 1 && calls%100 != 0 { // a hundred in a row at the top, now and then a deep one
				return []byte(fmt.Sprint(level)), nil
			}
			r, err := m.Call(ctx, &wasmhost.Call{Export: "run", Lane: "hostile", Timeout: 20 * time.Second, Host: nested(level + 1)})
			if err != nil {
				return nil, err
			}
			return r.Value, nil
		}
	}
	r, err := m.Call(context.Background(), &wasmhost.Call{Export: "run", Lane: "hostile", Timeout: 20 * time.Second, Host: nested(1)})
	if err != nil || r.HostCalls != 100 || r.Refusal != nil {
		t.Fatalf("%v, %d calls: %v", r.Refusal, r.HostCalls, err)
	}
	// The deadline of the outermost call holds for all of them.
	spinner := load(t, e, guest(t, "loop"))
	nested = func(level int) hostFunc {
		return func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
			next := m
			if level == depth {
				next = spinner
			}
			r, err := next.Call(ctx, &wasmhost.Call{Export: "run", Lane: "hostile", Fuel: ampleFuel, Timeout: time.Minute, Host: nested(level + 1)})
			if err != nil {
				return nil, err
			}
			return r.Value, nil
		}
	}
	began := time.Now()
	r, err = m.Call(context.Background(), &wasmhost.Call{Export: "run", Lane: "hostile", Timeout: deadline, Host: nested(1)})
	if got, late := told(r, err), time.Since(began)-deadline; got != string(fault.Deadline) || late > allowed(overshoot) {
		t.Errorf("five deep, the last one spins: %s, back %s after the deadline: %v", got, late, err)
	}
	if p99, err := beside.since(); err != nil || p99 > allowed(waiting) {
		t.Errorf("the neighbour's calls took %s: %v", p99, err)
	}
}

// The caller goes away in each phase of a call. The call ends, and instance and turn come back.
func TestCallersThatLeave(t *testing.T) {
	e := newEngine(t, wasmhost.Options{CPUs: 1})
	spinner, asker := load(t, e, guest(t, "loop")), load(t, e, guest(t, "ask"))
	slow := load(t, e, guest(t, "init-slow"))
	big := load(t, e, guest(t, "touch-once"))
	before := resident(t)
	call := func(ctx context.Context, m *wasmhost.Module, h hostFunc) chan string {
		ended := make(chan string, 1)
		go func() {
			r, err := m.Call(ctx, &wasmhost.Call{Export: "run", Fuel: ampleFuel, Timeout: time.Minute, Host: h, Lane: "hostile"})
			ended <- told(r, err)
		}()
		return ended
	}
	cancelled := func(phase string, ended chan string, left time.Time) {
		t.Helper()
		if got := <-ended; got != string(fault.Cancelled) {
			t.Errorf("%s: %s", phase, got)
		}
		if late := time.Since(left); late > allowed(overshoot) {
			t.Errorf("%s: back %s after its caller left", phase, late)
		}
	}
	for range runs(t) {
		// Before it begins.
		ctx, leave := context.WithCancel(context.Background())
		leave()
		cancelled("before", call(ctx, asker, nil), time.Now())

		// While the host answers. The guest holds no turn then.
		ctx, leave = context.WithCancel(context.Background())
		inside := make(chan struct{})
		ended := call(ctx, asker, func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
			close(inside)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		<-inside
		left := time.Now()
		leave()
		cancelled("in a host call", ended, left)

		// While the guest runs, and while another waits for the turn that it has.
		running, leaveRunning := context.WithCancel(context.Background())
		spins := call(running, spinner, nil)
		eventually(t, "the guest runs", func() bool { return !idle(asker) })
		waits, leaveWaiting := context.WithCancel(context.Background())
		waiter := call(waits, asker, nil)
		eventually(t, "another waits", func() bool { return e.Stats().Waiting == 1 })
		left = time.Now()
		leaveWaiting()
		cancelled("in the queue", waiter, left)
		left = time.Now()
		leaveRunning()
		cancelled("in the guest", spins, left)

		// While its instance is made: this module cannot be frozen and initialises for long.
		ctx, leave = context.WithTimeout(context.Background(), 30*time.Millisecond)
		left = time.Now().Add(30 * time.Millisecond)
		r, err := slow.Call(ctx, &wasmhost.Call{Export: "run", Timeout: time.Minute})
		leave()
		if got := told(r, err); got != string(fault.Deadline) { // the caller's own time, not a cancellation
			t.Errorf("while its instance is made: %s", got)
		}
		if late := time.Since(left); late > allowed(overshoot) {
			t.Errorf("while its instance is made: back %s late", late)
		}

		// While the instance is put back: the call has ended well by then.
		var all sync.WaitGroup
		for n := range 20 {
			all.Add(1)
			go func() {
				defer all.Done()
				ctx, leave := context.WithTimeout(context.Background(), time.Duration(n)*time.Millisecond)
				defer leave()
				r, err := big.Call(ctx, &wasmhost.Call{Export: "run", Timeout: time.Minute})
				if got := told(r, err); got != "answer null" && got != string(fault.Deadline) {
					t.Errorf("around its reset: %s", got)
				}
			}()
		}
		all.Wait()
	}
	for _, m := range []*wasmhost.Module{asker, big} {
		if r, err := m.Call(context.Background(), &wasmhost.Call{Export: "run", Timeout: time.Second}); err != nil || r.Refusal != nil && r.Refusal.Code != "unavailable" {
			t.Errorf("the turn or the instance did not come back: %s", told(r, err))
		}
	}
	for _, m := range []*wasmhost.Module{spinner, asker, slow, big} {
		if s := m.Stats(); s.Made != s.Dropped+uint64(s.Idle) {
			t.Errorf("%d instances were made, %d dropped, %d wait", s.Made, s.Dropped, s.Idle)
		}
		closed(t, m)
	}
	if stays := resident(t) - before; stays > leftover {
		t.Errorf("%d bytes stay", stays)
	}
}

// idle tells whether a turn is free just now: with one CPU, a call that may not wait gets none.
func idle(m *wasmhost.Module) bool {
	r, err := m.Call(context.Background(), &wasmhost.Call{Export: "run", Timeout: time.Millisecond})
	return told(r, err) != string(fault.Deadline)
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(100 * time.Microsecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not come to this: %s", what)
		}
	}
}
