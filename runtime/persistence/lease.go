package persistence

import (
	"context"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/id"
)

// leaseTime is how long a lease holds; leaseRenewal how often it is made to hold longer.
const (
	leaseTime    = 30 * time.Second
	leaseRenewal = 10 * time.Second
)

// lease is the right to do something that one process does at a time, by the store's clock. Whoever takes one that has run out raises its
// epoch, and then the holder before can write nothing more.
type lease struct {
	store  *Store
	name   string
	holder string
	epoch  int64
	stop   context.CancelFunc
	ended  chan struct{}
}

// takeLease answers nil where another holds it.
func (s *Store) takeLease(ctx context.Context, name string) (*lease, error) {
	l := &lease{store: s, name: name, holder: id.New("lse", time.Now())}
	clock := s.driver.Clock()
	err := s.Update(ctx, func(ctx context.Context, sql SQL) error {
		l.epoch = 0
		n, err := sql.Exec(ctx, "INSERT INTO mz_leases (name, holder, epoch, expires_at) VALUES (?, ?, 1, "+clock+" + ?) ON CONFLICT (name) DO NOTHING",
			name, l.holder, leaseTime.Milliseconds())
		if err != nil {
			return err
		}
		if n == 0 {
			if n, err = sql.Exec(ctx, "UPDATE mz_leases SET holder = ?, epoch = epoch + 1, expires_at = "+clock+" + ? WHERE name = ? AND expires_at <= "+clock,
				l.holder, leaseTime.Milliseconds(), name); err != nil || n == 0 {
				return err
			}
		}
		return sql.QueryRow(ctx, "SELECT epoch FROM mz_leases WHERE name = ? AND holder = ?", name, l.holder).Scan(&l.epoch)
	})
	if err != nil || l.epoch == 0 {
		return nil, err
	}
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop, l.ended = stop, make(chan struct{})
	go l.renew(renewing)
	return l, nil
}

// renew keeps the lease while a step takes long. Whether it is lost is found out by the step.
func (l *lease) renew(ctx context.Context) {
	defer close(l.ended)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(leaseRenewal):
			_ = l.store.Update(ctx, l.hold)
		}
	}
}

// hold makes sure, in a transaction, that the lease is held until its end.
func (l *lease) hold(ctx context.Context, sql SQL) error {
	n, err := sql.Exec(ctx, "UPDATE mz_leases SET expires_at = "+l.store.driver.Clock()+" + ? WHERE name = ? AND holder = ? AND epoch = ?",
		leaseTime.Milliseconds(), l.name, l.holder, l.epoch)
	if err == nil && n == 0 {
		return fault.New(fault.MigrationLeaseLost, "another process has taken over")
	}
	return err
}

// give lets others take it.
func (l *lease) give(ctx context.Context) {
	l.stop()
	<-l.ended
	_ = l.store.Update(context.WithoutCancel(ctx), func(ctx context.Context, sql SQL) error {
		_, err := sql.Exec(ctx, "UPDATE mz_leases SET expires_at = 0 WHERE name = ? AND holder = ? AND epoch = ?", l.name, l.holder, l.epoch)
		return err
	}) // else it runs out by itself
}
