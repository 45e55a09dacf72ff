package conformance

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"testing"
)

// network is a server on this machine that stands for every address, and remembers what it was asked.
type network struct {
	client *http.Client
	mu     sync.Mutex
	seen   []string
}

func newNetwork(t testing.TB) *network {
	n := &network{}
	server := httptest.NewTLSServer(http.HandlerFunc(n.serve))
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	dialer := &net.Dialer{}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		},
		// The server's certificate is for example.com; which server it is, DialContext says.
		TLSClientConfig: &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs,
			ServerName: "example.com"},
	}
	t.Cleanup(transport.CloseIdleConnections)
	n.client = &http.Client{Transport: transport}
	return n
}

func (n *network) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var headers []string
	for name, values := range r.Header {
		headers = append(headers, name+"="+strings.Join(values, ","))
	}
	sort.Strings(headers)
	n.mu.Lock()
	n.seen = append(n.seen, fmt.Sprintf("%s %s%s %q %q", r.Method, r.Host, r.URL.RequestURI(), headers, body))
	n.mu.Unlock()
	h := w.Header()
	h["Date"] = nil // the only header that would differ from one answer to the next
	switch r.URL.Path {
	case "/empty":
		w.WriteHeader(http.StatusNoContent)
	case "/binary":
		h.Set("Content-Type", "application/octet-stream")
		_, _ = w.Write([]byte{0, 0xff, 0x80, '\n'})
	case "/missing":
		http.Error(w, "nothing here", http.StatusNotFound)
	case "/echo":
		h.Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(append([]byte(r.Method+" "), body...))
	default:
		h.Set("Content-Type", "application/json")
		h.Add("X-Twice", "one")
		h.Add("X-Twice", "two")
		_, _ = io.WriteString(w, `{"userId":1,"id":1,"title":"delectus aut autem","completed":false}`)
	}
}

// take answers what was asked since it was last called.
func (n *network) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	seen := n.seen
	n.seen = nil
	return seen
}
