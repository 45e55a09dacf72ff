// Command bench measures the program and writes a table to standard output and bench.json beside it. It is a module of its
// own, so that peers it measures against are never linked into the program.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
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

func main() {
	log.SetFlags(0)
	root := flag.String("root", "../..", "the repository")
	rounds := flag.Int("rounds", 15, "rounds of each measurement")
	flag.Parse()
	report := &Report{SchemaVersion: "mozaiks.bench.v1", Machine: machine(), Commit: commit(*root)}
	work, err := os.MkdirTemp("", "mozaiks-bench-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(work)
	bin := filepath.Join(work, "mozaiks")
	if err := build(*root, bin); err != nil {
		log.Fatal(err)
	}
	rows, err := measureStart(bin, filepath.Join(*root, "modules-examples", "desk"), work, *rounds)
	if err != nil {
		log.Fatal(err)
	}
	size, err := measureSize(bin)
	if err != nil {
		log.Fatal(err)
	}
	report.Rows = append(append(report.Rows, size), rows...)
	if err := write(report, filepath.Join(*root, "test", "bench", "out")); err != nil {
		log.Fatal(err)
	}
	for _, r := range report.Rows {
		if !r.OK {
			log.Fatalf("bench: %s misses its target", r.ID)
		}
	}
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
		fmt.Fprintf(w, "%s\t%s\t%.2f %s\t%s\t%s\t%s\t%t\n", r.ID, r.Metric, r.Ours, r.Unit, number(r.Peer), number(r.Ratio),
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
	return fmt.Sprintf("%.2f", *v)
}
