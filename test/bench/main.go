// Command bench measures the program and the engine, against peers where there are some, and writes a table to standard output and
// bench.json into out. It is a module of its own, so that the peers are never linked into the program.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// bench is what all measurements share.
type bench struct {
	root   string // the repository
	work   string // a folder that is removed at the end
	rounds int
	short  bool
}

// measurement gives the rows of some ids. One that fails answers the rows that it has beside its error.
type measurement struct {
	ids string
	run func(b *bench, ctx context.Context) ([]Row, error)
}

var measurements = []measurement{
	{"H1,H2,H3", (*bench).program},
	{"B1,B2,B3", (*bench).metering},
	{"B4,B5,B6,B7", (*bench).smallCalls},
	{"B8", (*bench).hostCalls},
	{"B9,B10", (*bench).goGuest},
	{"B11,B12", (*bench).plugin},
	{"B13", (*bench).compile},
	{"B14", (*bench).idleMemory},
	{"B15", (*bench).deadlines},
	{"B16", (*bench).collection},
	{"B17", (*bench).neighbours},
	{"B18", (*bench).unitTimes},
	{"B19,B20", (*bench).requests},
	{"C1,C2", (*bench).checks},
	{"D1", (*bench).creates},
	{"D2", (*bench).reads},
	{"D3", (*bench).growthSQLite},
	{"D4", (*bench).tenantsSQLite},
	{"D5", (*bench).growthPostgres},
	{"D6", (*bench).tenantsPostgres},
	{"D7,D8", (*bench).writesPostgres},
	{"D9", (*bench).groupCommit},
}

// errMissed is the error of a row that misses its target.
var errMissed = errors.New("misses its target")

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	root := flag.String("root", "../..", "the repository")
	rounds := flag.Int("rounds", 15, "rounds of each measurement, at least 1")
	only := flag.String("only", "", "ids of rows, with commas between, as B1,B5; all if empty")
	short := flag.Bool("short", false, "three rounds, and fewer modules to hold in memory, for a first look")
	lenient := flag.Bool("lenient", false, "report missed targets without failing, for machines that others use too")
	before := flag.String("compare", "", "an earlier bench.json; rows that differ by more than a tenth are shown")
	idle := flag.Int("idle-memory", 0, "load so many modules and print what they take in memory; the program runs itself so")
	flag.Parse()
	if *idle > 0 {
		if err := printIdleMemory(*idle); err != nil {
			log.Fatal(err)
		}
		return
	}
	b := &bench{root: *root, rounds: max(1, *rounds), short: *short}
	if b.short {
		b.rounds = min(b.rounds, 3)
	}
	failures := b.all(*only, *before)
	failed := false
	for _, err := range failures {
		log.Print(err)
		failed = failed || fails(err, *lenient)
	}
	if failed {
		os.Exit(1)
	}
}

// fails tells whether an error is one of the whole run.
func fails(err error, lenient bool) bool {
	return !errors.Is(err, errSkipped) && (!lenient || !errors.Is(err, errMissed))
}

// all measures what is wanted, prints and writes it, and answers all that went wrong.
func (b *bench) all(only, before string) (failures []error) {
	wanted, err := choose(measurements, only)
	if err != nil {
		return []error{err}
	}
	if b.work, err = os.MkdirTemp("", "mozaiks-bench-"); err != nil {
		return []error{err}
	}
	defer os.RemoveAll(b.work)
	report := &Report{SchemaVersion: "mozaiks.bench.v1", Machine: machine(), Commit: commit(b.root), Rounds: b.rounds}
	report.Rows, failures = b.measure(measurements, wanted)
	if err := report.print(os.Stdout); err != nil {
		failures = append(failures, err)
	}
	if err := report.write(filepath.Join(b.root, "test", "bench", "out", "bench.json")); err != nil {
		failures = append(failures, err)
	}
	if before != "" {
		if err := report.compare(before, os.Stdout); err != nil {
			failures = append(failures, err)
		}
	}
	return failures
}

// measure runs what gives a wanted row. One that fails does not stop the others.
func (b *bench) measure(all []measurement, wanted func(id string) bool) (out []Row, failures []error) {
	for _, m := range all {
		if !slices.ContainsFunc(strings.Split(m.ids, ","), wanted) {
			continue
		}
		rows, err := m.run(b, context.Background())
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", m.ids, err))
		}
		for _, r := range rows {
			if !wanted(r.ID) {
				continue
			}
			out = append(out, r)
			if !r.OK {
				failures = append(failures, fmt.Errorf("%s: %s %w", r.ID, r.Metric, errMissed))
			}
		}
	}
	return out, failures
}

// choose answers which rows a list of ids names. An unknown one is an error, so that a slip of the pen does not pass as a run
// without failures.
func choose(all []measurement, only string) (wanted func(id string) bool, err error) {
	if only == "" {
		return func(string) bool { return true }, nil
	}
	var known []string
	for _, m := range all {
		known = append(known, strings.Split(m.ids, ",")...)
	}
	ids := strings.FieldsFunc(only, func(r rune) bool { return r == ',' || r == ' ' })
	for _, id := range ids {
		if !slices.Contains(known, id) {
			return nil, fmt.Errorf("there is no row %s; there are %s", id, strings.Join(known, ", "))
		}
	}
	return func(id string) bool { return slices.Contains(ids, id) }, nil
}

func machine() string {
	return fmt.Sprintf("%s/%s, %d processors", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}

func commit(root string) string {
	out, err := exec.Command("git", "-C", root, "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
