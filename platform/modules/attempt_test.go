package modules_test

import (
	"context"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// rival is another node that takes an idempotency key while the guest runs, and gives it back after some attempts. It stands in
// the router, which every attempt asks once.
type rival struct {
	r        *rig
	attempts int // that meet the rival
	seen     []string
}

const (
	rivalKey = `INSERT INTO mz_idempotency (app, tenant, workspace, actor, module, action, key, fingerprint, status, body, invocation_id,
		expires_at) VALUES ('app', 'acme', '', ?, 'm', 'dice', 'k', 'f', 200, '{}', 'inv_other', ?)`
	rivalGone = `DELETE FROM mz_idempotency`
)

func (v *rival) Match(e *events.Envelope, _ any) []events.Subscription {
	v.seen = append(v.seen, e.ID)
	err := v.r.store.Update(context.Background(), func(ctx context.Context, sql persistence.SQL) (err error) {
		switch len(v.seen) {
		case v.attempts + 1:
			_, err = sql.Exec(ctx, rivalGone)
		case 1:
			_, err = sql.Exec(ctx, rivalKey, string(auth.User)+":ann", time.Now().Add(time.Hour).UnixMilli())
		}
		return err
	})
	if err != nil {
		v.r.t.Error(err)
	}
	return nil
}

func TestAnAttemptAfterAConflictIsTheSameInvocation(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Millisecond)
	dice := func(attempts int) (value string, seen []string) {
		r := newRig(t, nil, nil)
		v := &rival{r: r, attempts: attempts}
		r.snapshot.Router = v
		out, err := r.call("dice", func(inv *modules.Invocation) {
			inv.IdempotencyKey, inv.Seed, inv.Now = "k", [32]byte{9}, now
		})
		if err != nil {
			t.Fatal(err)
		}
		if left := r.left(); left["mz_events"] != 1 || left["mz_idempotency"] != 1 {
			t.Errorf("after %d conflicts: %v", attempts, left)
		}
		return string(out.Value), v.seen
	}
	calm, one := dice(0)
	fought, four := dice(3)
	if len(one) != 1 || len(four) != 4 {
		t.Fatalf("%d and %d attempts", len(one), len(four))
	}
	for _, id := range four {
		if id != one[0] {
			t.Errorf("an attempt made the event %s, another %s", id, one[0])
		}
	}
	if calm != fought || len(calm) < len(`{"base64":"xxxxxxxxxxx="}`) {
		t.Errorf("random gave %s and, after conflicts, %s", calm, fought)
	}
}

func TestConflictsThatDoNotEndAreBusy(t *testing.T) {
	t.Parallel()
	r := newRig(t, &modules.ExecutorOptions{Attempts: 2}, nil)
	v := &rival{r: r, attempts: 100}
	r.snapshot.Router = v
	r.refused("dice", key("k"), fault.Busy)
	if len(v.seen) != 2 {
		t.Errorf("%d attempts", len(v.seen))
	}
	if left := r.left(); left["mz_events"] != 0 {
		t.Errorf("left behind: %v", left)
	}
}
