package wasmhost

import (
	"context"
	"fmt"
	"github.com/mozaiks/mozaiks/wasmhost/meter"
	"os"
	"testing"
	"time"
)

func TestTimes(t *testing.T) {
	bin, _ := os.ReadFile("../modules-examples/desk/modules/tickets/backend/tickets.wasm")
	ctx := context.Background()
	dir := t.TempDir()
	os.Chmod(dir, 0o700)
	for range 3 {
		e, err := New(ctx, &Options{CacheDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		t0 := time.Now()
		in := Inspect(bin, Policy{Granted: grantAll}, InspectLimits{})
		t1 := time.Now()
		out := meter.Module(in.module, meter.Options{DetachData: true})
		t2 := time.Now()
		m, err := e.Load(ctx, bin, Policy{Granted: grantAll})
		if err != nil {
			t.Fatal(err)
		}
		t3 := time.Now()
		m.freeze(ctx)
		t4 := time.Now()
		fmt.Println("inspect", t1.Sub(t0), "meter", t2.Sub(t1), "load all", t3.Sub(t2), "freeze", t4.Sub(t3), len(out))
		e.Close(ctx)
	}
}
