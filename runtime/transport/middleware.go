package transport

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/id"
)

// exchange is what the middleware knows of one request.
type exchange struct {
	id   string
	log  *slog.Logger
	code fault.Code
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	if e, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return e
	}
	return &exchange{log: discard}
}

// RequestID answers the id that the request's answer, problems and log lines carry.
func RequestID(ctx context.Context) string { return exchangeOf(ctx).id }

// Logger answers the request's logger, which adds the request id.
func Logger(ctx context.Context) *slog.Logger { return exchangeOf(ctx).log }

func noteCode(ctx context.Context, code fault.Code) { exchangeOf(ctx).code = code }

var requestIDPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// Options are the limits of requests. The zero value means the defaults.
type Options struct {
	// MaxTarget is the longest request target in bytes; fixed. Defaults to 8 KiB.
	MaxTarget int
	// RequestTimeout bounds routes without a deadline of their own (MOZAIKS_REQUEST_TIMEOUT). Defaults to 60 s.
	RequestTimeout time.Duration
}

// Wrap puts the shared stages around the routes, outermost first: panic recovery, request id, access log, security headers,
// drain, and the limits of targets and paths.
func Wrap(next http.Handler, log *slog.Logger, draining *atomic.Bool, opts Options) http.Handler {
	if opts.MaxTarget == 0 {
		opts.MaxTarget = 8 << 10
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		reqID := r.Header.Get("X-Request-ID")
		if !requestIDPattern.MatchString(reqID) {
			reqID = id.New("req_", begun)
		}
		e := &exchange{id: reqID, log: log.With("request_id", reqID)}
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, e))
		rec := &recorder{ResponseWriter: w}
		headers(rec.Header(), reqID)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // net/http panics with exactly this value
					panic(p)
				}
				err := fault.Wrap(fault.Internal, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), "a fault of the host")
				if rec.status == 0 {
					WriteProblem(rec, r, err)
				} else {
					e.log.Error("panic after the answer began", "event", "REQUEST_FAILED", "error", err)
				}
			}
			e.log.Info("request", "event", "HTTP_REQUEST", "method", r.Method, "path", logPath(r), "status", rec.status,
				"ms", time.Since(begun).Milliseconds(), "code", e.code)
		}()
		if err := admit(r, draining, opts); err != nil {
			if fault.CodeOf(err) == fault.ShuttingDown {
				rec.Header().Set("Connection", "close")
			}
			WriteProblem(rec, r, err)
			return
		}
		next.ServeHTTP(rec, r)
	})
}

// admit refuses what no route should see.
func admit(r *http.Request, draining *atomic.Bool, opts Options) error {
	if draining != nil && draining.Load() && !strings.HasPrefix(r.URL.Path, "/api/health") {
		return fault.New(fault.ShuttingDown, "this node is shutting down")
	}
	if len(r.RequestURI) > opts.MaxTarget {
		return fault.New(fault.UriTooLong, "the request target is longer than %d bytes", opts.MaxTarget)
	}
	path := r.URL.EscapedPath()
	if lower := strings.ToLower(path); strings.Contains(lower, "%2f") || strings.Contains(lower, "%5c") {
		return fault.New(fault.PathInvalid, "the path has an encoded slash")
	}
	for i, segment := range strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/") {
		if segment == "." || segment == ".." || segment == "" && !(i == 0 && r.URL.Path == "/") {
			return fault.New(fault.PathInvalid, "the path has a dot or empty segment")
		}
	}
	if q := r.URL.Query(); q.Has("access_token") || q.Has("token") {
		return fault.New(fault.TokenInQuery, "a token belongs in the Authorization header")
	}
	return nil
}

// logPath is the path without the query: values of a query never reach the log.
func logPath(r *http.Request) string {
	if len(r.URL.Path) > 256 {
		return r.URL.Path[:256]
	}
	return r.URL.Path
}

func headers(h http.Header, id string) {
	h.Set("X-Request-ID", id)
	h.Set("Mozaiks-API-Version", "1")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
}

// recorder remembers the status for the access log.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
