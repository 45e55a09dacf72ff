// Command demo serves the help desk, imports a thousand tickets as three tenants over HTTP, waits until every reaction is
// through, and compares all that the host holds with what it must hold. It ends with 1 if anything differs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/mozaiks/mozaiks/test/desk"
)

// maxDifferences is how many differences are printed one by one.
const maxDifferences = 40

type options struct {
	bin, app, input, dataDir, url string
	concurrency                   int
	patience, settle              time.Duration
	keep, importOnly, verifyOnly  bool
}

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "", "the program to test (default: built from cmd/mozaiks)")
	flag.StringVar(&o.app, "app", filepath.Join("modules-examples", "desk"), "folder of the help desk")
	flag.StringVar(&o.input, "input", "", "file of tickets (default: data/tickets.jsonl of the app)")
	flag.StringVar(&o.dataDir, "data-dir", "", "folder of the host's state (default: a temporary one)")
	flag.StringVar(&o.url, "url", "", "use the host that runs there, in development access, instead of starting one")
	flag.IntVar(&o.concurrency, "concurrency", 16, "tickets imported at a time")
	flag.DurationVar(&o.patience, "patience", time.Minute, "how long a call is tried again while its failures may pass")
	flag.DurationVar(&o.settle, "settle", 5*time.Minute, "how long to wait for the deliveries")
	flag.BoolVar(&o.keep, "keep", false, "keep the temporary folder, with the host's state and log")
	flag.BoolVar(&o.importOnly, "import-only", false, "import, and compare nothing")
	flag.BoolVar(&o.verifyOnly, "verify-only", false, "import nothing, and compare")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	switch {
	case flag.NArg() > 0:
		return fmt.Errorf("%q is no flag", flag.Arg(0))
	case o.importOnly && o.verifyOnly:
		return errors.New("-import-only and -verify-only leave nothing to do")
	}
	if o.input == "" {
		o.input = filepath.Join(o.app, "data", "tickets.jsonl")
	}
	tickets, err := desk.Load(o.input)
	if err != nil {
		return err
	}
	if o.url == "" {
		h, err := start(ctx, o)
		if err != nil {
			return err
		}
		o.url = h.url
		defer func() { h.finish(&err, o.keep) }()
	}
	client := desk.NewClient(o.url, &desk.ClientOptions{Patience: o.patience})
	defer client.Close()
	return drive(ctx, client, tickets, o)
}

// drive imports and compares, and prints what came of it.
func drive(ctx context.Context, client *desk.Client, tickets []*desk.Ticket, o options) error {
	began := time.Now()
	var report *desk.ImportReport
	if !o.verifyOnly {
		fmt.Printf("importing %d tickets into %s\n", len(tickets), client.URL())
		var err error
		if report, err = desk.Import(ctx, client, tickets, &desk.ImportOptions{Concurrency: o.concurrency}); err != nil {
			return fmt.Errorf("the import failed: %w", err)
		}
	}
	if o.importOnly {
		return printTable(os.Stdout, importRows(report))
	}
	settling, cancel := context.WithTimeoutCause(ctx, o.settle, fmt.Errorf("the deliveries are not through after %s", o.settle))
	_, err := desk.Settle(settling, client)
	cancel()
	if err != nil {
		return err
	}
	wall := time.Since(began)
	got, err := desk.Collect(ctx, client, desk.SurveyOf(tickets))
	if err != nil {
		return fmt.Errorf("the results cannot be read: %w", err)
	}
	want := desk.Expect(tickets)
	rows := totalRows(want, got)
	if report != nil {
		rows = append(append(rows, importRows(report)...), row{what: "until all was through", actual: seconds(wall)})
	}
	if err := printTable(os.Stdout, rows); err != nil {
		return err
	}
	return judge(desk.Diff(want, got))
}

// judge prints the differences and fails if there are any.
func judge(differences []desk.Difference) error {
	if len(differences) == 0 {
		fmt.Println("everything is as it must be")
		return nil
	}
	for i, d := range differences {
		if i == maxDifferences {
			fmt.Fprintf(os.Stderr, "  and %d more\n", len(differences)-i)
			break
		}
		fmt.Fprintln(os.Stderr, " ", d)
	}
	return fmt.Errorf("%d thing(s) are not as they must be", len(differences))
}
