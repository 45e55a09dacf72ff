// Package local runs deliveries inside the process, from the rows of the host's own tables: the driver for SQLite, and for
// tests. The rows decide; waking the worker is only a hint that may be lost.
package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Store runs short transactions on the host's own tables.
type Store interface {
	Update(ctx context.Context, fn func(context.Context, driver.SQL) error) error
	View(ctx context.Context, fn func(context.Context, driver.SQL) error) error
}

// Handler brings one delivery to its end. When it answers nil it has completed the delivery in the effect's own transaction;
// its error's code says what happens next. It must respect its context, which ends with the lease.
type Handler interface {
	Deliver(ctx context.Context, d *events.Delivery) error
}

// idlePoll is how often a worker looks without being woken: a guard against a lost wake-up, not the usual path.
const idlePoll = time.Second

// Worker claims due deliveries and runs them. It has one life: Start, then Stop; Stop is safe early and twice.
type Worker struct {
	store   Store
	outbox  *events.Outbox
	handler Handler
	apps    func() []string
	log     *slog.Logger
	now     func() time.Time

	wake     chan struct{}
	freed    chan string // app/tenant of a delivery that ended
	started  chan struct{}
	quit     chan struct{}
	done     chan struct{}
	stopOnce sync.Once
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

// New makes a worker for the apps that the function names; it is asked before every claim.
func New(store Store, outbox *events.Outbox, handler Handler, apps func() []string, log *slog.Logger) *Worker {
	return &Worker{store: store, outbox: outbox, handler: handler, apps: apps, log: log, now: time.Now,
		wake: make(chan struct{}, 1), freed: make(chan string, outbox.Options().Workers),
		started: make(chan struct{}), quit: make(chan struct{}), done: make(chan struct{})}
}

// Wake tells the worker that something may be due. It never blocks.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Start begins to work. ctx carries values only; the worker ends with Stop.
func (w *Worker) Start(ctx context.Context) {
	ctx, w.cancel = context.WithCancel(context.WithoutCancel(ctx))
	close(w.started)
	go w.loop(ctx)
}

// Stop claims nothing more and waits for running deliveries until ctx ends, then cancels them: they roll back, and their leases
// run out.
func (w *Worker) Stop(ctx context.Context) {
	select {
	case <-w.started:
	default:
		return
	}
	w.stopOnce.Do(func() { close(w.quit) })
	finished := make(chan struct{})
	go func() {
		<-w.done
		w.running.Wait()
		close(finished)
	}()
	select {
	case <-finished:
	case <-ctx.Done():
		w.cancel()
		<-finished
	}
	w.cancel()
}

func (w *Worker) loop(ctx context.Context) {
	defer close(w.done)
	w.reclaim(ctx)
	opts := w.outbox.Options()
	busy, total := map[string]int{}, 0
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		claimed := 0
		if free := opts.Workers - total; free > 0 {
			batch, err := w.claim(ctx, busy, free)
			if err != nil && ctx.Err() == nil {
				w.log.Error("deliveries could not be claimed", "event", "CLAIM_FAILED", "error", err)
			}
			for i := range batch {
				d := &batch[i]
				busy[d.App+"/"+d.Tenant]++
				total++
				w.running.Add(1)
				go w.run(ctx, d)
			}
			claimed = len(batch)
		}
		delay := idlePoll
		if claimed == 0 && total < opts.Workers {
			delay = w.untilDue(ctx)
		}
		timer.Reset(delay)
		select {
		case <-w.quit:
			return
		case <-w.wake:
		case key := <-w.freed:
			busy[key]--
			total--
			for more := true; more; { // take together what ended together: one claim then fills all places
				select {
				case key := <-w.freed:
					busy[key]--
					total--
				default:
					more = false
				}
			}
		case <-timer.C:
		}
	}
}

// reclaim makes what a process that died was working on due at once, instead of when its leases end.
func (w *Worker) reclaim(ctx context.Context) {
	var n int64
	err := w.store.Update(ctx, func(ctx context.Context, tx driver.SQL) (err error) {
		n, err = w.outbox.Reclaim(ctx, tx, w.now())
		return err
	})
	switch {
	case err != nil:
		w.log.Error("claims of the last process could not be ended; they end by themselves", "event", "CLAIM_FAILED", "error", err)
	case n > 0:
		w.log.Info("claims of the last process are due again", "event", "CLAIMS_ENDED", "deliveries", n)
	}
}

func (w *Worker) claim(ctx context.Context, busy map[string]int, free int) (batch []events.Delivery, err error) {
	for key, n := range busy {
		if n == 0 {
			delete(busy, key)
		}
	}
	now := w.now()
	due, ok, err := w.due(ctx)
	if err != nil || !ok || due.After(now) {
		return nil, err
	}
	err = w.store.Update(ctx, func(ctx context.Context, tx driver.SQL) error {
		batch, err = w.outbox.Claim(ctx, tx, w.apps(), busy, free, now)
		return err
	})
	return batch, err
}

// due reads on a reader when something falls due, so that an idle worker never takes the writer.
func (w *Worker) due(ctx context.Context) (at time.Time, ok bool, err error) {
	err = w.store.View(ctx, func(ctx context.Context, tx driver.SQL) error {
		at, ok, err = w.outbox.NextDue(ctx, tx, w.apps())
		return err
	})
	return at, ok, err
}

func (w *Worker) untilDue(ctx context.Context) time.Duration {
	at, ok, err := w.due(ctx)
	if err != nil || !ok {
		return idlePoll
	}
	// A row that is due but was not claimed belongs to a tenant whose places are taken: freed wakes the loop for it.
	return min(max(at.Sub(w.now()), 10*time.Millisecond), idlePoll)
}

func (w *Worker) run(ctx context.Context, d *events.Delivery) {
	defer w.running.Done()
	defer func() { w.freed <- d.App + "/" + d.Tenant }()
	ctx, cancel := context.WithTimeout(ctx, d.Lease)
	defer cancel()
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		w.renew(ctx, cancel, d)
	}()
	err := w.deliver(ctx, d)
	cancel()
	<-renewing
	if err == nil {
		return
	}
	if errors.Is(err, events.ErrClaimLost) {
		w.log.Warn("delivery lost its lease", "event", "DELIVERY_LOST", "delivery", d.ID, "module", d.Module)
		return
	}
	w.fail(context.WithoutCancel(ctx), d, fault.From(err))
}

// deliver contains a panic of the handler: it fails that delivery and nothing else.
func (w *Worker) deliver(ctx context.Context, d *events.Delivery) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap(fault.ExecutionError, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), "a fault of the host")
		}
	}()
	return w.handler.Deliver(ctx, d)
}

// renew keeps the lease alive at a third of its length, and cancels the work when it cannot.
func (w *Worker) renew(ctx context.Context, cancel context.CancelFunc, d *events.Delivery) {
	ticker := time.NewTicker(max(d.Lease/3, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			err := w.store.Update(ctx, func(ctx context.Context, tx driver.SQL) error {
				return w.outbox.Renew(ctx, tx, d, w.now())
			})
			if errors.Is(err, events.ErrClaimLost) {
				cancel()
				return
			}
		}
	}
}

func (w *Worker) fail(ctx context.Context, d *events.Delivery, f *fault.Error) {
	var state events.State
	err := w.store.Update(ctx, func(ctx context.Context, tx driver.SQL) (err error) {
		invocation, _ := f.Details["invocation_id"].(string)
		state, err = w.outbox.Fail(ctx, tx, d, f.Code, invocation, f.Retry, rand.Float64(), w.now())
		return err
	})
	level := slog.LevelWarn
	if state == events.DeadLetter {
		level = slog.LevelError
	}
	w.log.Log(ctx, level, "delivery failed", "event", "DELIVERY_FAILED", "delivery", d.ID, "kind", d.Kind, "module", d.Module,
		"subscription", d.Subscription, "tenant", d.Tenant, "attempt", d.AttemptCount, "state", state, "code", f.Code,
		"error", f.Error())
	if err != nil {
		// The lease runs out by itself and the delivery is claimed again.
		w.log.Error("the failure of a delivery could not be recorded", "event", "DELIVERY_FAILED", "delivery", d.ID, "error", err)
	}
}
