package desk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// importer is the user as whom tickets are imported. It is part of an idempotency key's scope, so every import has the same.
const importer = "importer"

// ImportOptions are the options of an import; what is zero has its default.
type ImportOptions struct {
	// Concurrency is how many tickets are worked on at a time, at most. Defaults to 16; the demo's flag -concurrency.
	Concurrency int
	// Acknowledged, if any, is told of each step that the host has answered with success, from many goroutines at once.
	Acknowledged func(Step)
}

// ImportReport says how an import went.
type ImportReport struct {
	Calls    int // that succeeded
	Attempts int // with those that had to be made again
	Replayed int // answered by the host from an earlier import
	Elapsed  time.Duration

	took []time.Duration // of each call's last attempt, in order of length
}

// Percentile answers how long the call took that is slower than so many of a hundred.
func (r *ImportReport) Percentile(p float64) time.Duration {
	if len(r.took) == 0 {
		return 0
	}
	return r.took[min(int(float64(len(r.took))*p/100), len(r.took)-1)]
}

// CallsPerSecond answers how many calls succeeded in a second.
func (r *ImportReport) CallsPerSecond() float64 {
	if r.Elapsed <= 0 {
		return 0
	}
	return float64(r.Calls) / r.Elapsed.Seconds()
}

// Import signs every agent in and then opens, assigns, comments and closes the tickets as their tenants: several tickets at
// a time, the steps of each in order. Each call has an idempotency key of its own, so that an import that was broken off,
// or is repeated, only adds what is missing. It ends at the first failure that does not pass. opts may be nil.
func Import(ctx context.Context, c *Client, tickets []*Ticket, opts *ImportOptions) (*ImportReport, error) {
	run := &importRun{client: c, report: &ImportReport{}}
	if opts != nil {
		run.opts = *opts
	}
	or(&run.opts.Concurrency, 16)
	start := time.Now()
	err := signIn(ctx, c, SurveyOf(tickets))
	if err == nil {
		err = each(ctx, run.opts.Concurrency, tickets, run.ticket)
	}
	run.report.Elapsed = time.Since(start)
	slices.Sort(run.report.took)
	return run.report, err
}

// signIn makes every agent known to the host, which tells nobody anything whom it has never seen.
func signIn(ctx context.Context, c *Client, s Survey) error {
	for _, tenant := range s.Tenants {
		for _, agent := range s.Agents[tenant] {
			r := request{method: http.MethodGet, path: appPath + "/notifications", who: Persona{User: agent, Tenant: tenant}}
			if _, err := c.call(ctx, r, nil); err != nil {
				return fmt.Errorf("%s of %s signs in: %w", agent, tenant, err)
			}
		}
	}
	return nil
}

type importRun struct {
	client *Client
	opts   ImportOptions

	mu     sync.Mutex
	report *ImportReport
}

// ticket takes one ticket through its steps.
func (run *importRun) ticket(ctx context.Context, t *Ticket) error {
	who := Persona{User: importer, Tenant: t.Tenant}
	id := ""
	for _, step := range t.Steps() {
		var answer struct {
			TicketID string `json:"ticket_id"`
		}
		o, err := run.client.call(ctx, action(who, "tickets", step.Action, step.Key(), step.input(id)), &answer)
		run.count(o, err)
		if err != nil {
			return fmt.Errorf("%s: %w", step.Key(), err)
		}
		if step.Action == "open" {
			if id = answer.TicketID; id == "" {
				return fmt.Errorf("%s: the answer has no ticket_id", step.Key())
			}
		}
		if run.opts.Acknowledged != nil {
			run.opts.Acknowledged(step)
		}
	}
	return nil
}

func (run *importRun) count(o outcome, err error) {
	run.mu.Lock()
	defer run.mu.Unlock()
	run.report.Attempts += o.attempts
	if err != nil {
		return
	}
	run.report.Calls++
	if o.replayed {
		run.report.Replayed++
	}
	run.report.took = append(run.report.took, o.took)
}

// each hands the items in order to so many workers, and answers the first error; then the others are cancelled.
func each[T any](ctx context.Context, workers int, items []T, work func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan T)
	var group sync.WaitGroup
	for range min(workers, len(items)) {
		group.Go(func() {
			for item := range queue {
				if err := work(ctx, item); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
feed:
	for _, item := range items {
		select {
		case queue <- item:
		case <-ctx.Done():
			break feed
		}
	}
	close(queue)
	group.Wait()
	return context.Cause(ctx)
}
