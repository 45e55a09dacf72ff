package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRoundsRunInTurnAfterOneThatWarmsUp(t *testing.T) {
	t.Parallel()
	var order []string
	note := func(name string, took time.Duration) func() (time.Duration, error) {
		return func() (time.Duration, error) {
			order = append(order, name)
			return took * time.Duration(len(order)), nil
		}
	}
	got, err := inTurn(2, note("ours", 1), note("peer", 10))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"ours", "peer", "ours", "peer", "ours", "peer"}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
	if want := []time.Duration{3, 5}; !slices.Equal(got[0].rounds, want) {
		t.Errorf("rounds of the first are %v, want %v", got[0].rounds, want)
	}
}

func TestARatioIsOfRoundsThatRanSideBySide(t *testing.T) {
	t.Parallel()
	// The machine is three times as slow from the third round on; medians alone would say 3.
	ours, peer := timingOf([]time.Duration{10, 10, 30, 30, 30}), timingOf([]time.Duration{10, 10, 10, 30, 30})
	if got := ratio(ours, peer); got != 1 {
		t.Errorf("ratio %v, want 1", got)
	}
}

func TestTargetsAreHeldByWhatIsJudged(t *testing.T) {
	t.Parallel()
	ours, peer := timingOf([]time.Duration{2 * time.Microsecond}), timingOf([]time.Duration{100 * time.Microsecond})
	for _, test := range []struct {
		name string
		row  Row
		want bool
	}{
		{"a time at its target", alone("B5", "", "us", ours).atMost(2), true},
		{"a time above its target", alone("B5", "", "us", ours).atMost(1.9), false},
		{"as many times faster", against("B19", "", "us", ours, "", peer).faster(50), true},
		{"fewer times faster", against("B19", "", "us", ours, "", peer).faster(51), false},
		{"enough", figure("B7", "", "", 10).atLeast(10), true},
		{"too little", figure("B7", "", "", 9).atLeast(10), false},
		{"no target", figure("B2", "", "", 1e9), true},
	} {
		if test.row.OK != test.want {
			t.Errorf("%s: OK is %t", test.name, test.row.OK)
		}
	}
}

func TestAMeasurementThatFailsDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	all := []measurement{
		{"B1,B2", func(*bench, context.Context) ([]Row, error) { return []Row{figure("B1", "half", "", 1)}, broken }},
		{"B3", func(*bench, context.Context) ([]Row, error) {
			return []Row{figure("B3", "missed", "", 2).atMost(1)}, nil
		}},
		{"B4", func(*bench, context.Context) ([]Row, error) { return nil, errors.New("not wanted") }},
	}
	wanted, err := choose(all, "B1, B3")
	if err != nil {
		t.Fatal(err)
	}
	rows, failures := (&bench{}).measure(all, wanted)
	if len(rows) != 2 || rows[0].ID != "B1" || rows[1].ID != "B3" {
		t.Errorf("rows %v", rows)
	}
	if len(failures) != 2 || !errors.Is(failures[0], broken) || !errors.Is(failures[1], errMissed) {
		t.Errorf("failures %v", failures)
	}
}

func TestARowThatDoesNotExistIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := choose(measurements, "B1,B99"); err == nil || !strings.Contains(err.Error(), "B99") {
		t.Errorf("error %v", err)
	}
}

func TestOnlyNotableChangesAreShown(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "before.json")
	before := &Report{Commit: "abc", Rows: []Row{figure("B5", "steady", "us", 100), figure("B5", "slower", "us", 100)}}
	if err := before.write(path); err != nil {
		t.Fatal(err)
	}
	now := &Report{Rows: []Row{figure("B5", "steady", "us", 109), figure("B5", "slower", "us", 112), figure("B5", "new", "us", 1)}}
	var out strings.Builder
	if err := now.compare(path, &out); err != nil {
		t.Fatal(err)
	}
	if want := "B5 slower: 112, was 100 in abc (+12 %)\n"; out.String() != want {
		t.Errorf("shown %q, want %q", out.String(), want)
	}
}

// The guests that deadlines are measured with must run until they are ended: one that trapped at once would be measured as quick.
func TestEndlessGuestsRunUntilTheirDeadline(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	e, err := newEngine(ctx, options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close(ctx)
	b := &bench{rounds: 1}
	for _, g := range endless() {
		if _, err := b.deadline(ctx, e, g.bin); err != nil {
			t.Errorf("%s: %v", g.name, err)
		}
	}
}

func TestResidentMemoryIsRead(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/statm"); err != nil {
		t.Skip("no /proc here")
	}
	if got, err := resident(); err != nil || got < 1<<20 {
		t.Errorf("%v bytes, %v", got, err)
	}
}
