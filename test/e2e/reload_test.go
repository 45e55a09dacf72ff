package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// tenYAML is a module of the app of ten; its action answers which version of it is served.
func tenYAML(name, more string) string {
	return "schema_version: mozaiks.module.v1\nmodule: {id: " + name + ", handler: \"backend." + name + ":M\"}\n" + more +
		"actions:\n  - {id: say, description: Say the version., handler_method: say, effects: read}\n"
}

func tenBinary(version int) string {
	g := newGuest()
	g.Handler("say", g.answer(fmt.Sprintf(`{"ok": {"version": %d}}`, version)))
	return string(g.Bytes())
}

func ten(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "ten")
	writeFile(t, dir+"/app.json", `{"schema_version": "mozaiks.app.v1", "appId": "ten"}`)
	for i := range 10 {
		name := fmt.Sprintf("m%d", i)
		writeFile(t, dir+"/modules/"+name+"/module.yaml", tenYAML(name, ""))
		writeFile(t, dir+"/modules/"+name+"/backend/"+name+".wasm", tenBinary(1))
	}
	return dir
}

func (h *host) say(module string) answer {
	return h.do(http.MethodPost, "/api/apps/ten/modules/"+module+"/actions/say", "{}", labUser)
}

// hangup asks the host to load its folders anew and waits until it says what came of it.
func (h *host) hangup(event string) {
	h.t.Helper()
	had := strings.Count(h.log.String(), event)
	if err := h.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		h.t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); strings.Count(h.log.String(), event) == had; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("the host does not say %s\n%s", event, tail(h.log.String()))
		}
	}
}

func (h *host) tenHealth() (status int, body string) {
	a := h.do(http.MethodGet, "/api/apps/ten/health", "", persona{})
	var v struct {
		Status string
		Failed []struct{ Module, Code string } `json:"failed_modules"`
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		h.t.Fatal(err)
	}
	return a.status, fmt.Sprint(v.Status, v.Failed)
}

func TestABrokenModuleOfTenIsNamedRepairedAndReloaded(t *testing.T) {
	t.Parallel()
	dir := ten(t)
	writeFile(t, dir+"/modules/m7/module.yaml", tenYAML("m7", "grants: {datum: read}\n"))
	h := launch(t, freeAddr(t), t.TempDir(), nil, dir)
	for i := range 10 {
		got := h.say(fmt.Sprintf("m%d", i))
		if want := i != 7; (got.status == http.StatusOK) != want {
			t.Errorf("m%d: %d %s", i, got.status, got.body)
		}
	}
	if status, body := h.tenHealth(); status != http.StatusServiceUnavailable || body != "degraded[{m7 FIELD_UNKNOWN}]" {
		t.Errorf("health: %d %s", status, body)
	}
	if got := h.do(http.MethodGet, "/api/health/ready", "", persona{}); got.status != http.StatusOK {
		t.Errorf("one module's failure takes the host away: %d %s", got.status, got.body)
	}
	writeFile(t, dir+"/modules/m7/module.yaml", tenYAML("m7", ""))
	h.hangup(`"RELOADED"`)
	if got := h.say("m7"); got.status != http.StatusOK {
		t.Errorf("the repaired module: %d %s", got.status, got.body)
	}
	if status, body := h.tenHealth(); status != http.StatusOK || body != "ok[]" {
		t.Errorf("health afterwards: %d %s", status, body)
	}
	if code := h.stop(); code != 0 {
		t.Errorf("the host ended with %d", code)
	}
}

func TestALoadedAppStaysWhenItsFolderCannotBeLoaded(t *testing.T) {
	t.Parallel()
	dir := ten(t)
	h := launch(t, freeAddr(t), t.TempDir(), nil, dir)
	digest := h.say("m1").header.Get("Mozaiks-Snapshot")
	writeFile(t, dir+"/modules/m1/module.yaml", tenYAML("m1", "grants: {datum: read}\n"))
	h.hangup(`"RELOAD_FAILED"`)
	if got := h.say("m1"); got.status != http.StatusOK || got.header.Get("Mozaiks-Snapshot") != digest {
		t.Errorf("a module that served and is broken now: %d %s", got.status, got.body)
	}
	writeFile(t, dir+"/app.json", `{"schema_version": "mozaiks.app.v1", "appId": 5}`)
	h.hangup(`"RELOAD_FAILED"`)
	if got := h.say("m1"); got.status != http.StatusOK || got.header.Get("Mozaiks-Snapshot") != digest {
		t.Errorf("what was served before: %d %s", got.status, got.body)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	h.hangup(`"RELOAD_FAILED"`)
	if got := h.say("m1"); got.status != http.StatusOK || got.header.Get("Mozaiks-Snapshot") != digest {
		t.Errorf("what was served before, without a folder: %d %s", got.status, got.body)
	}
}

// Callers never meet a reload: each call is answered whole by one version, and versions only rise.
func TestReloadsUnderTrafficFailNoCall(t *testing.T) {
	t.Parallel()
	dir := ten(t)
	h := launch(t, freeAddr(t), t.TempDir(), nil, dir)
	var stop atomic.Bool
	var calls atomic.Int64
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			last := 0.0
			for !stop.Load() {
				got := h.say("m3")
				if got.status != http.StatusOK {
					t.Errorf("a call during reloads: %d %s", got.status, got.body)
					return
				}
				version, _ := got.field(t, "version").(float64)
				if version < last {
					t.Errorf("version %v came after %v", version, last)
				}
				last = version
				calls.Add(1)
			}
		})
	}
	for version := 2; version <= 9; version++ {
		writeFile(t, dir+"/modules/m3/backend/new.wasm", tenBinary(version))
		if err := os.Rename(dir+"/modules/m3/backend/new.wasm", dir+"/modules/m3/backend/m3.wasm"); err != nil {
			t.Fatal(err)
		}
		h.hangup(`"RELOADED"`)
		if got := h.say("m3").field(t, "version"); got != float64(version) {
			t.Errorf("version %v serves after %d was loaded", got, version)
		}
	}
	stop.Store(true)
	group.Wait()
	t.Logf("%d calls during 8 reloads", calls.Load())
}
