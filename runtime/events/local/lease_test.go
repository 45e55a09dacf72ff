package local_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

func (d *desk) update(ctx context.Context, fn func(context.Context, persistence.SQL) error) {
	d.t.Helper()
	if err := d.store.Update(ctx, fn); err != nil {
		d.t.Error(err)
	}
}

func TestTheDeliveriesOfAProcessThatDiedAreTakenAtOnce(t *testing.T) {
	t.Parallel()
	done := make(chan string, 1)
	d := newDesk(t, nil, func(d *desk) handler {
		return func(ctx context.Context, dl *events.Delivery) error {
			err := d.complete(ctx, dl)
			done <- fmt.Sprint(dl.AttemptCount)
			return err
		}
	})
	d.emit("acme")
	d.update(context.Background(), func(ctx context.Context, tx persistence.SQL) error {
		_, err := d.outbox.Claim(ctx, tx, []string{"app"}, nil, 1, time.Now())
		return err
	})
	d.worker.Start(context.Background())
	if got := wait(t, done, 1); got[0] != "2" { // long before the lease of a minute ends
		t.Errorf("taken with attempt %s", got[0])
	}
}

func TestALostLeaseCancelsTheWorkAndIsNoFailure(t *testing.T) {
	t.Parallel()
	cancelled := make(chan string, 1)
	d := newDesk(t, nil, func(d *desk) handler {
		return func(ctx context.Context, _ *events.Delivery) error {
			d.update(ctx, func(ctx context.Context, tx persistence.SQL) error {
				_, err := tx.Exec(ctx, `UPDATE mz_deliveries SET claim_token = 'another', next_attempt_at = ?`, time.Now().Add(time.Hour).UnixMilli())
				return err
			})
			<-ctx.Done()
			cancelled <- ctx.Err().Error()
			return events.ErrClaimLost
		}
	})
	d.emit("acme")
	d.update(context.Background(), func(ctx context.Context, tx persistence.SQL) error {
		_, err := tx.Exec(ctx, `UPDATE mz_deliveries SET lease_ms = 3000`) // renewed after a second
		return err
	})
	d.worker.Start(context.Background())
	if got := wait(t, cancelled, 1); got[0] != context.Canceled.Error() {
		t.Errorf("ended by %s, not by the lost lease", got[0])
	}
	d.worker.Stop(context.Background())
	if n := d.totals(); n[events.Claimed] != 1 {
		t.Errorf("what another holds was changed: %v", n)
	}
}

func TestStoppingLetsWhatRunsEnd(t *testing.T) {
	t.Parallel()
	started, release := make(chan string, 2), make(chan struct{})
	d := newDesk(t, nil, func(d *desk) handler {
		return func(ctx context.Context, dl *events.Delivery) error {
			started <- ""
			<-release
			return d.complete(ctx, dl)
		}
	})
	d.emit("acme")
	d.worker.Start(context.Background())
	wait(t, started, 1)
	stopped := make(chan struct{})
	go func() {
		d.worker.Stop(context.Background())
		close(stopped)
	}()
	close(release)
	<-stopped
	if n := d.totals(); n[events.Completed] != 1 {
		t.Errorf("totals %v", n)
	}
}
