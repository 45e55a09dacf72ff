package e2e

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/test/desk"
)

// kills is how often the host is killed while tickets are imported; MOZAIKS_TEST_KILLS asks for more.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("MOZAIKS_TEST_KILLS")
	if text == "" {
		return 20
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAHostKilledDuringAnImportLosesNothingAndRepeatsNothing(t *testing.T) {
	tickets, err := desk.Load(deskApp + "/data/tickets.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	addr, data := freeAddr(t), t.TempDir()
	h := launch(t, addr, data, []string{"MOZAIKS_LOG_LEVEL=error"}, deskApp)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	client := desk.NewClient("http://"+addr, &desk.ClientOptions{Patience: time.Minute})
	defer client.Close()

	var acknowledged atomic.Int64
	imported := make(chan error, 1)
	go func() {
		_, err := desk.Import(ctx, client, tickets, &desk.ImportOptions{Acknowledged: func(desk.Step) { acknowledged.Add(1) }})
		imported <- err
	}()
	killed, wanted := 0, kills(t)
	for ; killed < wanted; killed++ {
		// A random moment of the work: after some more calls were answered, and a little.
		target := acknowledged.Load() + rand.Int64N(200)
		for begun := time.Now(); acknowledged.Load() < target && len(imported) == 0 && time.Since(begun) < 20*time.Second; {
			time.Sleep(time.Millisecond)
		}
		if len(imported) > 0 {
			break
		}
		time.Sleep(rand.N(20 * time.Millisecond))
		h.kill()
		h = launch(t, addr, data, []string{"MOZAIKS_LOG_LEVEL=error"}, deskApp)
	}
	if err := <-imported; err != nil {
		t.Fatalf("%v\n%s", err, tail(h.log.String()))
	}
	t.Logf("killed %d times while %d calls were acknowledged", killed, acknowledged.Load())
	if killed < wanted {
		t.Errorf("the import was over after %d kills", killed)
	}
	again, err := desk.Import(ctx, client, tickets, nil)
	if err != nil {
		t.Fatal(err)
	}
	if again.Replayed != again.Calls {
		t.Errorf("of %d repeated calls only %d were answered from the store", again.Calls, again.Replayed)
	}
	if _, err := desk.Settle(ctx, client); err != nil {
		t.Fatal(err)
	}
	got, err := desk.Collect(ctx, client, desk.SurveyOf(tickets))
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range desk.Diff(desk.Expect(tickets), got) {
		if i == 20 {
			t.Fatal("and more")
		}
		t.Error(d)
	}
	if code := h.stop(); code != 0 {
		t.Errorf("the host ended with %d", code)
	}
}
