package transport_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/transport"
)

// serve sends one request through all stages to a handler.
func serve(t *testing.T, h transport.HandlerFunc, draining bool, r *http.Request) *http.Response {
	t.Helper()
	var flag atomic.Bool
	flag.Store(draining)
	rec := httptest.NewRecorder()
	transport.Wrap(h, slog.New(slog.DiscardHandler), &flag, transport.Options{}).ServeHTTP(rec, r)
	return rec.Result()
}

func problem(t *testing.T, res *http.Response) map[string]any {
	t.Helper()
	var p map[string]any
	if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	if res.Header.Get("Content-Type") != "application/problem+json" || int(p["status"].(float64)) != res.StatusCode ||
		p["type"] != "urn:mozaiks:problem:"+p["code"].(string) || p["instance"] != res.Header.Get("X-Request-ID") {
		t.Errorf("no problem: %v %v", res.Header, p)
	}
	return p
}

func ok(w http.ResponseWriter, r *http.Request) error {
	transport.WriteJSON(w, r, http.StatusOK, map[string]string{})
	return nil
}

func TestRequestsThatNoRouteShouldSeeAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, target string
		draining     bool
		want         fault.Code
	}{
		{"a plain path", "/api/x", false, ""},
		{"the root", "/", false, ""},
		{"a dot segment", "/api/./x", false, fault.PathInvalid},
		{"two dots", "/api/../x", false, fault.PathInvalid},
		{"an encoded dot", "/api/%2e%2e/x", false, fault.PathInvalid},
		{"an empty segment", "/api//x", false, fault.PathInvalid},
		{"a final slash", "/api/x/", false, fault.PathInvalid},
		{"an encoded slash", "/api/a%2Fb", false, fault.PathInvalid},
		{"an encoded backslash", "/api/a%5cb", false, fault.PathInvalid},
		{"a long target", "/api/" + strings.Repeat("x", 8<<10), false, fault.UriTooLong},
		{"a token in the query", "/api/x?access_token=secret", false, fault.TokenInQuery},
		{"another name for it", "/api/x?token=secret", false, fault.TokenInQuery},
		{"a node that drains", "/api/x", true, fault.ShuttingDown},
		{"health of a node that drains", "/api/health/live", true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			res := serve(t, ok, c.draining, httptest.NewRequest(http.MethodGet, c.target, nil))
			if c.want == "" {
				if res.StatusCode != http.StatusOK {
					t.Errorf("status %d", res.StatusCode)
				}
				return
			}
			p := problem(t, res)
			if p["code"] != string(c.want) || strings.Contains(p["title"].(string), "secret") {
				t.Errorf("got %v, want %s", p, c.want)
			}
			if c.want == fault.ShuttingDown && (res.Header.Get("Retry-After") == "" || res.Header.Get("Connection") != "close") {
				t.Errorf("headers %v", res.Header)
			}
		})
	}
}

func TestARequestIdIsTakenIfItIsOneAndMadeIfNot(t *testing.T) {
	t.Parallel()
	for given, taken := range map[string]bool{"abc-1.2_3": true, "": false, "a b": false, "a\x00b": false, strings.Repeat("x", 129): false} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["X-Request-Id"] = []string{given}
		got := serve(t, ok, false, r).Header.Get("X-Request-ID")
		if taken != (got == given) || !taken && !strings.HasPrefix(got, "req_") {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestEveryAnswerHasTheHeadersOfBrowsers(t *testing.T) {
	t.Parallel()
	h := serve(t, ok, false, httptest.NewRequest(http.MethodGet, "/", nil)).Header
	for _, name := range []string{"X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Permissions-Policy",
		"Cross-Origin-Resource-Policy", "Content-Security-Policy", "Mozaiks-Api-Version"} {
		if h.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
	if h.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control %q", h.Get("Cache-Control"))
	}
}

func TestAPanicIsContainedAndItsCauseHidden(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]transport.HandlerFunc{
		"a panic":          func(http.ResponseWriter, *http.Request) error { panic("the secret cause") },
		"an unknown error": func(http.ResponseWriter, *http.Request) error { return errors.New("the secret cause") },
		"a wrapped cause": func(http.ResponseWriter, *http.Request) error {
			return fault.Wrap(fault.Internal, errors.New("the secret cause"), "a fault of the host")
		},
	} {
		p := problem(t, serve(t, h, false, httptest.NewRequest(http.MethodGet, "/", nil)))
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if p["code"] != "INTERNAL" || strings.Contains(string(text), "secret") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestProblemsSayWhatToDo(t *testing.T) {
	t.Parallel()
	unauthorised := serve(t, func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.AuthNotConfigured, "x").WithHint("do this")
	}, false,
		httptest.NewRequest(http.MethodGet, "/", nil))
	if p := problem(t, unauthorised); p["hint"] != "do this" || unauthorised.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("%v %v", p, unauthorised.Header)
	}
	busy := fault.New(fault.Busy, "x")
	busy.Retry = 2500 * time.Millisecond
	res := serve(t, func(http.ResponseWriter, *http.Request) error { return busy }, false, httptest.NewRequest(http.MethodGet, "/", nil))
	if p := problem(t, res); p["retryable"] != true || res.Header.Get("Retry-After") != "3" {
		t.Errorf("%v %v", p, res.Header)
	}
}

func TestABodyIsOneStrictJSONObject(t *testing.T) {
	t.Parallel()
	read := func(w http.ResponseWriter, r *http.Request) error {
		v, err := transport.ReadObject(w, r, 64)
		if err == nil {
			transport.WriteJSON(w, r, http.StatusOK, v)
		}
		return err
	}
	for _, c := range []struct {
		name, kind, encoding, body string
		want                       fault.Code
	}{
		{"an object", "application/json", "", `{"a": 1}`, ""},
		{"with a charset", "application/json; charset=UTF-8", "", `{}`, ""},
		{"nothing at all", "", "", "", ""},
		{"another charset", "application/json; charset=latin1", "", `{}`, fault.UnsupportedMediaType},
		{"another type", "text/plain", "", `{}`, fault.UnsupportedMediaType},
		{"no type", "", "", `{}`, fault.UnsupportedMediaType},
		{"compressed", "application/json", "gzip", `{}`, fault.UnsupportedMediaType},
		{"a list", "application/json", "", `[]`, fault.JsonInvalid},
		{"a key twice", "application/json", "", `{"a": 1, "a": 2}`, fault.JsonInvalid},
		{"two values", "application/json", "", `{} {}`, fault.JsonInvalid},
		{"broken UTF-8", "application/json", "", "{\"a\": \"\xff\"}", fault.JsonInvalid},
		{"too deep", "application/json", "", `{"a":` + strings.Repeat("[", 40) + `}`, fault.JsonInvalid},
		{"too large", "application/json", "", `{"a": "` + strings.Repeat("x", 64) + `"}`, fault.PayloadTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
			r.ContentLength = -1 // sizes are counted as they are read
			r.Header.Set("Content-Type", c.kind)
			if c.encoding != "" {
				r.Header.Set("Content-Encoding", c.encoding)
			}
			res := serve(t, read, false, r)
			if c.want == "" {
				if res.StatusCode != http.StatusOK {
					t.Errorf("status %d", res.StatusCode)
				}
				return
			}
			if p := problem(t, res); p["code"] != string(c.want) {
				t.Errorf("got %v, want %s", p, c.want)
			}
		})
	}
}
