// Command bench measures the program and writes a table to standard output and bench.json beside it. It is a module of its
// own, so that peers it measures against are never linked into the program.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
)

// Row is one measured figure. Ours and Peer have the row's unit; Target is what Ours must not pass.
type Row struct {
	ID       string   `json:"id"`
	Metric   string   `json:"metric"`
	Unit     string   `json:"unit"`
	Ours     float64  `json:"ours"`
	Peer     *float64 `json:"peer"`
	PeerName string   `json:"peer_name,omitempty"`
	Ratio    *float64 `json:"ratio"`
	Target   *float64 `json:"target"`
	OK       bool     `json:"ok"`
}

// Report is the whole of bench.json.
type Report struct {
	SchemaVersion string `json:"schema_version"`
	Machine       string `json:"machine"`
	Commit        string `json:"commit"`
	Rows          []Row  `json:"rows"`
}

// bench holds what all measurements share.
type bench struct {
	rounds int
	work   string // a folder that is removed at the end
}

// measurements are all, with the rows that each gives.
var measurements = []struct {
	ids string
	run func(b *bench, ctx context.Context) ([]Row, error)
}{
	{"B1 B2 B3", (*bench).metering},
	{"B4 B5 B6 B7", (*bench).smallCalls},
	{"B8", (*bench).hostCalls},
	{"B9 B10", (*bench).goGuest},
	{"B11 B12 B19 B20", (*bench).extism},
	{"B13", (*bench).compile},
	{"B14", (*bench).idleMemory},
	{"B15", (*bench).deadlines},
	{"B16", (*bench).collection},
	{"B17", (*bench).neighbours},
	{"B18", (*bench).unitTimes},
}

func main() {
	log.SetFlags(0)
	root := flag.String("root", "../..", "the repository")
	rounds := flag.Int("rounds", 15, "rounds of each measurement")
	only := flag.String("only", "", "ids of rows, with spaces between; all if empty")
	idle := flag.Bool("idle-memory", false, "measure the memory of idle modules and print it; used by the program itself")
	lenient := flag.Bool("lenient", false, "report missed targets without failing, for machines that others use too")
	flag.Parse()
	if *idle {
		if err := printIdleMemory(); err != nil {
			log.Fatal(err)
		}
		return
	}
	work, err := os.MkdirTemp("", "mozaiks-bench-")
	if err != nil {
		log.Fatal(err)
	}
	failed := !run(*root, work, *rounds, strings.Fields(*only)) && !*lenient
	if err := os.RemoveAll(work); err != nil {
		log.Print(err)
	}
	if failed {
		os.Exit(1)
	}
}

// run measures, prints and writes all rows that are wanted, and tells whether all targets were met.
func run(root, work string, rounds int, only []string) bool {
	wanted := func(ids string) bool {
		return len(only) == 0 || slices.ContainsFunc(strings.Fields(ids), func(id string) bool { return slices.Contains(only, id) })
	}
	ok := true
	failure := func(what string, err error) {
		log.Printf("bench: %s: %v", what, err)
		ok = false
	}
	report := &Report{SchemaVersion: "mozaiks.bench.v1", Machine: machine(), Commit: commit(root)}
	if wanted("H1 H2 H3") {
		rows, err := measureHost(root, work, rounds)
		if err != nil {
			failure("H", err)
		}
		report.Rows = append(report.Rows, rows...)
	}
	b := &bench{rounds: rounds, work: work}
	for _, m := range measurements {
		if !wanted(m.ids) {
			continue
		}
		rows, err := m.run(b, context.Background())
		if err != nil {
			failure(m.ids, err)
		}
		report.Rows = append(report.Rows, rows...)
	}
	if err := write(report, filepath.Join(root, "test", "bench", "out")); err != nil {
		failure("writing", err)
	}
	for _, r := range report.Rows {
		if !r.OK {
			failure(r.ID, fmt.Errorf("%s misses its target", r.Metric))
		}
	}
	return ok
}

// measureHost measures the program as a whole.
func measureHost(root, work string, rounds int) ([]Row, error) {
	bin := filepath.Join(work, "mozaiks")
	if err := build(root, bin); err != nil {
		return nil, err
	}
	size, err := measureSize(bin)
	if err != nil {
		return nil, err
	}
	rows, err := measureStart(bin, filepath.Join(root, "modules-examples", "desk"), work, rounds)
	return append([]Row{size}, rows...), err
}

func build(root, bin string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "./cmd/mozaiks")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd.Run()
}

func measureSize(bin string) (Row, error) {
	info, err := os.Stat(bin)
	if err != nil {
		return Row{}, err
	}
	budget := 34.0
	mib := float64(info.Size()) / (1 << 20)
	return Row{ID: "H1", Metric: "size of the stripped static binary", Unit: "MiB", Ours: mib, Target: &budget, OK: mib <= budget}, nil
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

func write(report *Report, dir string) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tWHAT\tOURS\tPEER\tRATIO\tTARGET\tOK")
	for _, r := range report.Rows {
		fmt.Fprintf(w, "%s\t%s\t%s %s\t%s\t%s\t%s\t%t\n", r.ID, r.Metric, figure(r.Ours), r.Unit, number(r.Peer), number(r.Ratio),
			number(r.Target), r.OK)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	data, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "bench.json"), append(data, '\n'), 0o644)
}

func number(v *float64) string {
	if v == nil {
		return "-"
	}
	return figure(*v)
}

// figure writes large numbers whole and small ones with three digits.
func figure(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.4f", v)
}
