package modules_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
)

func TestPermissionsAndParametersAreCheckedBeforeTheGuest(t *testing.T) {
	t.Parallel()
	r := newRig(t, &modules.ExecutorOptions{InputMax: 100}, nil)
	f := r.refused("guarded", nil, fault.PermissionDenied)
	if f.Details["module"] != "m" || f.Details["action"] != "guarded" || f.Details["invocation_id"] == "" {
		t.Errorf("details %v", f.Details)
	}
	r.refused("add", func(inv *modules.Invocation) { inv.Params = map[string]any{"n": "x"} }, fault.InvalidParams)
	r.refused("add", func(inv *modules.Invocation) { inv.Params = map[string]any{"x": strings.Repeat("y", 100)} }, fault.PayloadTooLarge)
	if _, err := r.call("guarded", func(inv *modules.Invocation) { inv.Authority.Permissions = []string{"m.go"} }); err != nil {
		t.Error(err)
	}
}

func TestAnIdempotencyKeyGivesOneEffect(t *testing.T) {
	t.Parallel()
	r := newRig(t, &modules.ExecutorOptions{IdempotencyRetention: time.Hour}, nil)
	first, err := r.call("add", key("k"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.call("add", key("k"))
	if err != nil || !again.Replayed || again.InvocationID != first.InvocationID || string(again.Value) != string(first.Value) {
		t.Errorf("the second call: %+v %v", again, err)
	}
	r.refused("add", func(inv *modules.Invocation) { inv.IdempotencyKey = "k"; inv.Params["n"] = int64(1) }, fault.IdempotencyMismatch)
	r.refused("add", key("with blank"), fault.IdempotencyKeyInvalid)
	r.refused("add", key(strings.Repeat("k", 201)), fault.IdempotencyKeyInvalid)
	r.refused("keyed", nil, fault.IdempotencyKeyRequired)
	r.refused("add", func(inv *modules.Invocation) {
		inv.IdempotencyKey, inv.Principal = "k", &auth.Principal{Kind: auth.Anonymous, Tenant: "acme"}
	}, fault.IdempotencyKeyInvalid)
	if out, err := r.call("add", func(inv *modules.Invocation) { inv.IdempotencyKey, inv.Now = "k", inv.Now.Add(2*time.Hour) }); err != nil || out.Replayed {
		t.Errorf("after its retention: %+v %v", out, err)
	}
	if n := r.count(); n != "3" {
		t.Errorf("the counter stands at %s", n)
	}
}

func TestConcurrentCallsWithOneKeyHaveOneEffect(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	var group sync.WaitGroup
	var done, busy, other atomic.Int64
	for range 50 {
		group.Go(func() {
			switch _, err := r.call("add", key("k")); fault.CodeOf(err) {
			case "":
				done.Add(1)
			case fault.IdempotencyInProgress:
				busy.Add(1)
			default:
				other.Add(1)
			}
		})
	}
	group.Wait()
	if done.Load() == 0 || other.Load() != 0 {
		t.Errorf("%d succeeded, %d were told to wait, %d failed otherwise", done.Load(), busy.Load(), other.Load())
	}
	if n := r.count(); n != "2" {
		t.Errorf("the counter stands at %s", n)
	}
}

func TestConcurrentIncrementsAreExact(t *testing.T) {
	t.Parallel()
	r := newRig(t, &modules.ExecutorOptions{Admission: modules.AdmissionOptions{Wait: time.Minute}}, nil)
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, err := r.call("add", nil); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := r.count(); n != "51" {
		t.Errorf("the counter stands at %s", n)
	}
}

func TestAFailedWriteFreesItsKeyAndLeavesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, &modules.ExecutorOptions{Hold: 100 * time.Millisecond}, nil)
	for range 2 {
		if f := r.refused("spin", key("k"), fault.ActionTimeout); !strings.Contains(f.Message, "held") {
			t.Errorf("not the hold ended it: %v", f)
		}
	}
	r.refused("spin", func(inv *modules.Invocation) { inv.Timeout = 50 * time.Millisecond }, fault.ActionTimeout)
	if n := r.count(); n != "1" {
		t.Errorf("the counter stands at %s", n)
	}
}

func TestEventsAreBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, &events.Options{PerInvocation: 1, DepthMax: 2})
	if out, err := r.call("emit", nil); err != nil || out.Events != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	r.refused("emits", nil, fault.EventLimit)
	r.refused("emit", func(inv *modules.Invocation) { inv.Depth = 2 }, fault.DepthExceeded)
	if _, err := r.call("emit", func(inv *modules.Invocation) { inv.Depth = 1 }); err != nil {
		t.Error(err)
	}
}

func TestPlacesAreBoundedAndRefuseWithTheirCodes(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]modules.AdmissionOptions{
		"of an app": {PerApp: 1}, "of a module": {PerModule: 1}, "of a tenant": {PerTenant: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limits.Wait, limits.Queue = 20*time.Millisecond, 1
			r := newRig(t, &modules.ExecutorOptions{Admission: limits, Hold: 5 * time.Second}, nil)
			ended := make(chan error, 1)
			go func() {
				var err error
				for code := fault.Overloaded; code == fault.Overloaded || code == fault.ConcurrencyLimited; code = fault.CodeOf(err) {
					_, err = r.call("spin", func(inv *modules.Invocation) { inv.Timeout = 3 * time.Second })
				}
				ended <- err
			}()
			// While the one place is taken, one caller waits in vain and those who find the queue full are sent away.
			codes := map[fault.Code]int{}
			for codes[fault.ConcurrencyLimited] == 0 || codes[fault.Overloaded] == 0 {
				if len(ended) > 0 {
					t.Fatalf("the place was free again, codes %v", codes)
				}
				var group sync.WaitGroup
				var mu sync.Mutex
				for range 3 {
					group.Go(func() {
						_, err := r.call("who", nil)
						mu.Lock()
						defer mu.Unlock()
						codes[fault.CodeOf(err)]++
					})
				}
				group.Wait()
			}
			<-ended
			if _, err := r.call("who", nil); err != nil {
				t.Errorf("the place did not come back: %v", err)
			}
		})
	}
}

func TestAGuestLearnsWhoAsks(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	out, err := r.call("who", func(inv *modules.Invocation) {
		inv.Authority.Permissions, inv.CorrelationID = []string{"m.go"}, "c-1"
		inv.Event = &events.Envelope{ID: "evt_1", Type: "domain.x.y", Data: []byte(`{"secret": 1}`)}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"tenant":"acme"`, `"user":"ann"`, `"workspace":null`, `"permissions":["m.go"]`, `"correlation_id":"c-1"`, `"effects":"read"`, `"id":"evt_1"`} {
		if !strings.Contains(string(out.Value), want) {
			t.Errorf("no %s in %s", want, out.Value)
		}
	}
	if strings.Contains(string(out.Value), "secret") {
		t.Errorf("the event's data is in the context: %s", out.Value)
	}
	if out, err := r.call("set", nil); err != nil || string(out.Value) != `{"values":{"size":5}}` {
		t.Errorf("settings %v %v", out, err)
	}
}

func TestARetriedInvocationMakesTheSameIds(t *testing.T) {
	t.Parallel()
	seed := [32]byte{7}
	now := time.UnixMilli(1_700_000_000_000)
	var made []string
	for range 2 {
		r := newRig(t, nil, nil)
		out, err := r.call("emit", func(inv *modules.Invocation) { inv.Seed, inv.Now = seed, now })
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, string(out.Value))
	}
	if made[0] != made[1] {
		t.Errorf("one seed made %s and %s", made[0], made[1])
	}
}

func TestWakingFollowsACommitWithDeliveries(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, nil)
	r.snapshot.Router = matchAll{}
	out, err := r.call("emit", nil)
	if err != nil || out.Deliveries != 1 || r.wakes.Load() != 1 {
		t.Errorf("%+v %v, woken %d times", out, err, r.wakes.Load())
	}
}

func ExampleRights_Grant() {
	s := &modules.Snapshot{Modules: map[string]*modules.Loaded{"tasks": {Module: &module.Module{
		Permissions: []module.Permission{{ID: "tasks.read"}, {ID: "tasks.write"}}}}}}
	rights := &modules.Rights{Roles: modules.RoleMap{"admin": {"*"}, "editor": {"tasks.*"}}}
	fmt.Println(rights.Grant(s, &auth.Principal{Provenance: auth.TokenValidated, Scopes: []string{"tasks.read", "other"}}))
	fmt.Println(rights.Grant(s, &auth.Principal{Provenance: auth.TokenValidated, Roles: []string{"editor"}}))
	fmt.Println(rights.Grant(s, &auth.Principal{Provenance: auth.IsAnonymous, Roles: []string{"admin"}}))
	// Output:
	// [tasks.read]
	// [tasks.read tasks.write]
	// []
}
