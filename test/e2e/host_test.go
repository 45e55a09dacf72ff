// Package e2e tests the program as its users meet it: the real binary, a real socket, a real file of state.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const deskApp = "../../modules-examples/desk"

// program builds the binary once for all tests.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mozaiks-e2e-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "mozaiks")
	cmd := exec.Command("go", "build", "-o", bin, "../../cmd/mozaiks")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(bin)) // a temporary folder that stays harms nobody
	}
	os.Exit(code)
}

func binary(t *testing.T) string {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// host is a running process of ours.
type host struct {
	t    *testing.T
	cmd  *exec.Cmd
	addr string
	url  string
	log  *lockedBuffer
	done chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// freeAddr answers an address on loopback that nobody listens on just now.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return addr
}

// launch starts the program and waits until it is ready.
func launch(t *testing.T, addr, data string, env []string, apps ...string) *host {
	t.Helper()
	h := &host{t: t, addr: addr, url: "http://" + addr, log: &lockedBuffer{}, done: make(chan error, 1)}
	h.cmd = exec.Command(binary(t), append([]string{"serve", "--listen", addr, "--data-dir", data}, apps...)...)
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "MOZAIKS_") })
	h.cmd.Env = append(append(own, "MOZAIKS_ENV=development", "MOZAIKS_DRAIN_DELAY=1ms", "MOZAIKS_LOG_LEVEL=info"), env...)
	h.cmd.Stderr, h.cmd.Stdout = h.log, h.log
	if err := h.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { h.done <- h.cmd.Wait() }()
	t.Cleanup(func() { h.kill() })
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		select {
		case err := <-h.done:
			h.done <- err
			t.Fatalf("the host ended before it was ready: %v\n%s", err, h.log)
		default:
		}
		res, err := http.Get(h.url + "/api/health/ready")
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return h
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the host was not ready in time\n%s", h.log)
		}
	}
}

// kill ends the process without warning and waits until it is gone.
func (h *host) kill() {
	_ = h.cmd.Process.Kill() // it may be gone already
	err := <-h.done
	h.done <- err
}

// stop asks the process to end and answers its exit code.
func (h *host) stop() int {
	h.t.Helper()
	if err := h.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		h.t.Fatal(err)
	}
	err := <-h.done
	h.done <- err
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return 0
}

// persona is a developer's stand-in for a user.
type persona struct{ user, tenant, scopes string }

const allScopes = "tickets.read tickets.write sla.read digest.read"

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) code() string {
	var p struct {
		Code string `json:"code"`
	}
	_ = json.Unmarshal(a.body, &p) // no JSON, no code
	return p.Code
}

func (a answer) field(t *testing.T, name string) any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return v[name]
}

// do sends one request; body is JSON text, headers are name and value in turn.
func (h *host) do(method, path, body string, p persona, headers ...string) answer {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, h.url+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if p.tenant != "" {
		req.Header.Set("Mozaiks-Dev-User-Id", p.user)
		req.Header.Set("Mozaiks-Dev-Tenant-Id", p.tenant)
		req.Header.Set("Mozaiks-Dev-Scopes", p.scopes)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatalf("%v\n%s", err, h.log)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{status: res.StatusCode, header: res.Header, body: raw}
}

// call calls an action of the desk.
func (h *host) call(p persona, name, body string, headers ...string) answer {
	h.t.Helper()
	module, action, _ := strings.Cut(name, ".")
	return h.do(http.MethodPost, "/api/apps/desk/modules/"+module+"/actions/"+action, body, p, headers...)
}

// must calls an action that has to succeed.
func (h *host) must(p persona, name, body string, headers ...string) answer {
	h.t.Helper()
	a := h.call(p, name, body, headers...)
	if a.status != http.StatusOK {
		h.t.Fatalf("%s: %d %s\n%s", name, a.status, a.body, tail(h.log.String()))
	}
	return a
}

// settle waits until every delivery has come to its end.
func (h *host) settle() {
	h.t.Helper()
	for deadline := time.Now().Add(120 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		a := h.do(http.MethodGet, "/api/apps/desk/health", "", persona{})
		var v struct {
			Deliveries map[string]int `json:"deliveries"`
		}
		if err := json.Unmarshal(a.body, &v); err != nil {
			h.t.Fatalf("%v: %s", err, a.body)
		}
		if v.Deliveries["pending"]+v.Deliveries["retryable"]+v.Deliveries["claimed"] == 0 {
			return
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("deliveries do not settle: %s\n%s", a.body, tail(h.log.String()))
		}
	}
}

func tail(s string) string {
	var lines []string
	for sc := bufio.NewScanner(strings.NewReader(s)); sc.Scan(); {
		lines = append(lines, sc.Text())
	}
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}
