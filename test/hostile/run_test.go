package hostile

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// littleFuel is what a guest that never ends gets, where its header does not say; ampleFuel what none can use.
const (
	littleFuel = 3_000_000
	ampleFuel  = 1 << 60
)

// attempt is one way of calling a guest.
type attempt struct {
	name    string
	fuel    uint64
	timeout time.Duration
	want    string
}

func (g Guest) attempts(t testing.TB) []attempt {
	t.Helper()
	if g.Head["d"] == "" {
		want := g.Head["expect"]
		if now := g.Head["differs"]; now != "" {
			t.Logf("%s ends with %s, expected is %s: %s", g.Name, now, want, g.Head["note"])
			want = now
		}
		return []attempt{{g.Name, g.number(t, "units", 0), time.Minute, want}}
	}
	return []attempt{{g.Name + ", little fuel", g.number(t, "units", littleFuel), time.Minute, string(fault.FuelExhausted)},
		{g.Name + ", ample fuel", ampleFuel, deadline, string(fault.Deadline)}}
}

// looked tells whether a guest is only looked at, or does not initialise.
func (g Guest) looked() bool {
	return strings.HasPrefix(g.Head["expect"], "BACKEND_") || g.Head["expect"] == "fine"
}

// table is what the runs of all guests came to, for people.
type table struct{ strings.Builder }

func (t *table) row(cells ...any) {
	fmt.Fprintf(t, "%-42s %-22s %14v %9s %9s %9s %7s %+7.1f\n", cells...)
}

// Each guest is called again and again beside a neighbour: it ends in the same way with the same fuel, in time, and nothing of it
// stays.
func TestEachGuestEndsAsExpectedAndHarmsNobody(t *testing.T) {
	e := newEngine(t, wasmhost.Options{})
	beside := newNeighbour(t, e)
	var rows table
	fmt.Fprintf(&rows, "%-42s %-22s %14s %9s %9s %9s %7s %7s\n", "guest", "ends with", "fuel", "median ms", "worst ms", "p99 ms", "ns/unit", "MiB")
	all := guests(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		g := all[name]
		if g.Head["driver"] != "" || g.looked() {
			continue
		}
		t.Run(name, func(t *testing.T) {
			before := resident(t)
			seen := g.calledBeside(t, e, beside)
			stays := resident(t) - before
			if stays > leftover { // what stays once may be the heap's; what stays again is a leak
				seen = g.calledBeside(t, e, beside)
				if stays = resident(t) - before - stays; stays > leftover {
					t.Errorf("%d bytes stay", stays)
				}
			}
			for _, o := range seen {
				rows.row(o.name, o.ends, o.fuel, millis(o.median), millis(o.worst), millis(o.neighbour), o.rate, float64(stays)/(1<<20))
			}
		})
	}
	t.Logf("%d runs of each\n%s", runs(t), rows.String())
}

// calledBeside loads a guest, calls it while the neighbour lives, and closes it.
func (g Guest) calledBeside(t *testing.T, e *wasmhost.Engine, beside *neighbour) []outcome {
	t.Helper()
	m := load(t, e, g)
	var seen []outcome
	for _, a := range g.attempts(t) {
		if _, err := beside.since(); err != nil {
			t.Error(err)
		}
		o := callAgain(t, m, g, a)
		var err error
		if o.neighbour, err = beside.since(); err != nil || o.neighbour > allowed(waiting) {
			t.Errorf("%s: the neighbour's calls took %s: %v", a.name, o.neighbour, err)
		}
		seen = append(seen, o)
	}
	closed(t, m)
	if _, err := beside.call(); err != nil {
		t.Error(err)
	}
	return seen
}

// outcome is what the runs of one attempt came to.
type outcome struct {
	name, ends, rate         string
	fuel                     uint64
	median, worst, neighbour time.Duration
}

// callAgain calls a guest as often as is asked for, and holds the runs to what is expected and to each other.
func callAgain(t *testing.T, m *wasmhost.Module, g Guest, a attempt) outcome {
	t.Helper()
	o := outcome{name: a.name, rate: "-"}
	var times []time.Duration
	for n := range runs(t) {
		h := newHost(g.Head["host"])
		began := time.Now()
		r, err := m.Call(context.Background(), &wasmhost.Call{Export: "run", Fuel: a.fuel, Timeout: a.timeout, Lane: "hostile", Host: h,
			Now: time.Unix(1_750_000_000, 0)})
		times = append(times, time.Since(began))
		o.ends = told(r, err)
		if o.ends != a.want {
			t.Errorf("%s, run %d: ended with %.200s, want %s: %v", a.name, n, o.ends, a.want, err)
		}
		if n > 0 && a.want != string(fault.Deadline) && r.Fuel != o.fuel {
			t.Errorf("%s, run %d: %d units, %d before", a.name, n, r.Fuel, o.fuel)
		}
		o.fuel = r.Fuel
		if err := h.logged(g.Head["logs"]); err != nil {
			t.Errorf("%s, run %d: %v", a.name, n, err)
		}
	}
	slices.Sort(times)
	o.median, o.worst = times[(len(times)-1)/2], times[len(times)-1]
	if a.want == string(fault.Deadline) && o.median-a.timeout > allowed(overshoot) {
		t.Errorf("%s: back %s after the deadline", a.name, o.median-a.timeout)
	}
	if a.want == string(fault.FuelExhausted) {
		unit := float64(o.median.Nanoseconds()) / float64(o.fuel)
		o.rate = fmt.Sprintf("%.1f", unit)
		if unit > float64(allowed(unitMost)) {
			t.Errorf("%s: %.0f ns for a unit", a.name, unit)
		}
	}
	return o
}

// What fails while it initialises is not loaded, and nothing of it stays.
func TestGuestsThatFailAtTheirStartAreNotLoaded(t *testing.T) {
	e := newEngine(t, wasmhost.Options{InitFuel: 20_000_000})
	beside := newNeighbour(t, e)
	before := resident(t)
	for name, g := range guests(t) {
		if g.Head["init"] == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for range runs(t) {
				if m, err := e.Load(context.Background(), g.Make(), g.policy(t)); err == nil {
					closed(t, m)
					t.Fatal("it loads")
				} else {
					f := fault.From(err)
					if got := fmt.Sprint(f.Code, " ", f.Details["engine_code"]); got != g.Head["expect"]+" "+g.Head["init"] {
						t.Errorf("got %s, want %s %s: %v", got, g.Head["expect"], g.Head["init"], err)
					}
				}
			}
			if _, err := beside.call(); err != nil {
				t.Error(err)
			}
		})
	}
	if p99, err := beside.since(); err != nil || p99 > allowed(waiting) {
		t.Errorf("the neighbour's calls took %s: %v", p99, err)
	}
	if stays := resident(t) - before; stays > leftover {
		t.Errorf("%d bytes stay", stays)
	}
}

// An initialisation also ends by its time, and with who waits for it.
func TestAnInitialisationEndsByItsTimeAndWithItsCaller(t *testing.T) {
	e := newEngine(t, wasmhost.Options{InitTimeout: deadline, InitFuel: ampleFuel})
	beside := newNeighbour(t, e)
	for _, name := range []string{"init-start-loop", "init-initialize-loop", "init-warm-loop"} {
		g := guest(t, name)
		began := time.Now()
		_, err := e.Load(context.Background(), g.Make(), g.policy(t))
		took := time.Since(began)
		if f := fault.From(err); f == nil || f.Code != fault.BackendInit || f.Details["engine_code"] != string(fault.Deadline) {
			t.Errorf("%s: %v", name, err)
		}
		if took-deadline > allowed(overshoot) {
			t.Errorf("%s: back %s after its time", name, took-deadline)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		_, err = e.Load(ctx, g.Make(), g.policy(t))
		cancel()
		if err == nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: its caller left: %v", name, err)
		}
	}
	if _, err := beside.since(); err != nil {
		t.Error(err)
	}
}
