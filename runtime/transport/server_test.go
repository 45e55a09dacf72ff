package transport_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/transport"
)

// listen serves routes on a real socket and answers its address and what Serve will answer.
func listen(t *testing.T, routes http.Handler) (s *transport.Server, addr string, served <-chan error) {
	t.Helper()
	s = transport.NewServer(routes, slog.New(slog.DiscardHandler), transport.Options{})
	at, err := s.Listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve() }()
	t.Cleanup(func() {
		over, cancel := context.WithCancel(context.Background())
		cancel()
		s.Drain(over)
	})
	return s, at.String(), ended
}

func get(t *testing.T, addr string) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+addr+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Close = true
	return http.DefaultClient.Do(r)
}

func TestDrainingLetsRequestsInFlightEnd(t *testing.T) {
	t.Parallel()
	inside, release := make(chan struct{}), make(chan struct{})
	s, addr, served := listen(t, transport.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
		close(inside)
		<-release
		return ok(w, r)
	}))
	status := make(chan int, 1)
	go func() {
		res, err := get(t, addr)
		if err != nil {
			status <- 0
			return
		}
		_ = res.Body.Close()
		status <- res.StatusCode
	}()
	<-inside
	if s.Ending() {
		t.Error("the server is about to stop before it was told")
	}
	drained := make(chan struct{})
	go func() {
		s.Drain(context.Background())
		close(drained)
	}()
	if err := <-served; err != nil { // the listener is closed while the request still runs
		t.Errorf("Serve: %v", err)
	}
	if res, err := get(t, addr); err == nil {
		_ = res.Body.Close()
		t.Error("a drained server takes a new connection")
	}
	if !s.Ending() {
		t.Error("a draining server calls itself ready")
	}
	close(release)
	if got := <-status; got != http.StatusOK {
		t.Errorf("the request in flight got %d", got)
	}
	<-drained
}

func TestDrainingCutsWhatDoesNotEndInTime(t *testing.T) {
	t.Parallel()
	inside, gone := make(chan struct{}), make(chan struct{})
	s, addr, _ := listen(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(inside)
		<-r.Context().Done()
		close(gone)
	}))
	failed := make(chan error, 1)
	go func() {
		res, err := get(t, addr)
		if err == nil {
			_ = res.Body.Close()
		}
		failed <- err
	}()
	<-inside
	over, cancel := context.WithCancel(context.Background())
	cancel()
	s.Drain(over)
	<-gone
	if err := <-failed; err == nil {
		t.Error("a request that was cut has an answer")
	}
}

func TestAnnouncingServesOnThoughItIsNotReady(t *testing.T) {
	t.Parallel()
	s, addr, _ := listen(t, transport.HandlerFunc(ok))
	s.Announce(0)
	res, err := get(t, addr)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || !s.Ending() {
		t.Errorf("status %d, ending %v", res.StatusCode, s.Ending())
	}
}

func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	_, addr, _ := listen(t, transport.HandlerFunc(ok))
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+addr+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Close = true
	r.Header.Set("X-Long", strings.Repeat("x", 64<<10))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestABodyThatBreaksOffIsTheCallersFault(t *testing.T) {
	t.Parallel()
	_, addr, _ := listen(t, transport.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
		_, err := transport.ReadObject(w, r, 1<<10)
		return err
	}))
	conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\nnot a length\r\n")
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if p := problem(t, res); p["code"] != string(fault.JsonInvalid) {
		t.Errorf("got %v", p)
	}
}

func TestAnAnswerToHeadHasNoBody(t *testing.T) {
	t.Parallel()
	_, addr, _ := listen(t, transport.HandlerFunc(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.RouteNotFound, "no such route")
	}))
	r, err := http.NewRequestWithContext(context.Background(), http.MethodHead, "http://"+addr+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Close = true
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); len(body) != 0 || err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("%d %q %v", res.StatusCode, body, err)
	}
}

func TestTheLogHasTheRequestsIdAndPathButNoValue(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://x/api/x?name=private", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Request-ID", "req-7")
	h := transport.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) error {
		transport.Logger(r.Context()).Info("inside")
		if transport.RequestID(r.Context()) != "req-7" {
			t.Error("another id inside")
		}
		return fault.New(fault.AppNotFound, "no such app")
	})
	rec := &nobody{header: http.Header{}}
	transport.Wrap(h, slog.New(slog.NewTextHandler(&log, nil)), nil, transport.Options{}).ServeHTTP(rec, r)
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 || strings.Contains(log.String(), "private") {
		t.Fatalf("logged\n%s", &log)
	}
	for _, line := range lines {
		if !strings.Contains(line, "request_id=req-7") {
			t.Errorf("no id in %s", line)
		}
	}
	for _, want := range []string{"event=HTTP_REQUEST", "path=/api/x", "status=404", "code=APP_NOT_FOUND"} {
		if !strings.Contains(lines[1], want) {
			t.Errorf("no %s in %s", want, lines[1])
		}
	}
}

// nobody takes an answer and forgets it.
type nobody struct{ header http.Header }

func (n *nobody) Header() http.Header         { return n.header }
func (n *nobody) Write(p []byte) (int, error) { return len(p), nil }
func (n *nobody) WriteHeader(int)             {}
