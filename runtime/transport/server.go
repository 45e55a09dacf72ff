package transport

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// Server is an HTTP listener with a life: Listen, Serve, Drain.
type Server struct {
	http     *http.Server
	listener net.Listener
	ending   atomic.Bool // not ready any more, but still serving
	draining atomic.Bool // refusing new work
}

// NewServer makes a server for these routes.
func NewServer(routes http.Handler, log *slog.Logger, opts Options) *Server {
	s := &Server{}
	s.http = &http.Server{
		Handler:           Wrap(routes, log, &s.draining, opts),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	return s
}

// Listen opens the address and answers the one that was taken, which tells the port where 0 was asked for.
func (s *Server) Listen(ctx context.Context, addr string) (net.Addr, error) {
	var err error
	s.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return s.listener.Addr(), nil
}

// Serve answers requests until Drain.
func (s *Server) Serve() error {
	if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Ending tells whether the server is about to stop: it is not ready for new callers, though it may still serve.
func (s *Server) Ending() bool { return s.ending.Load() }

// Announce makes the server say that it is not ready, and lets it serve on for the delay, so that whoever spreads requests over
// nodes hears of it before the first one is refused.
func (s *Server) Announce(delay time.Duration) {
	s.ending.Store(true)
	time.Sleep(delay)
}

// Drain refuses new work, closes the listener and waits for requests in flight until ctx ends; then their connections are cut.
func (s *Server) Drain(ctx context.Context) {
	s.ending.Store(true)
	s.draining.Store(true)
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close() // what is still open is cut; there is nothing to save
	}
}
