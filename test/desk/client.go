package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Scopes are all the permissions of the app.
const Scopes = "tickets.read tickets.write sla.read digest.read"

// appPath is where a host serves the app.
const appPath = "/api/apps/desk"

// maxAnswer bounds what is read of an answer; the host gives no longer result of an action.
const maxAnswer = 4 << 20

// Persona is who calls: a user of a tenant, as development access takes them from headers.
type Persona struct{ User, Tenant string }

// Client calls a host in development access on this machine.
type Client struct {
	base string
	http *http.Client
	opts ClientOptions
}

// ClientOptions are the options of a client; what is zero has its default. Each is a flag of the demo, if any.
type ClientOptions struct {
	// Timeout bounds one request. Defaults to 60 s.
	Timeout time.Duration
	// Patience bounds how long one call is tried again while its failures may pass. Defaults to 60 s.
	Patience time.Duration
	// FirstDelay is the pause before the second attempt; it doubles with each. Defaults to 25 ms.
	FirstDelay time.Duration
	// MaxDelay bounds the pause, and what of a Retry-After is obeyed. Defaults to 2 s.
	MaxDelay time.Duration
}

// NewClient makes a client of the host at a base URL such as http://127.0.0.1:8080. opts may be nil.
func NewClient(base string, opts *ClientOptions) *Client {
	c := &Client{base: strings.TrimSuffix(base, "/")}
	if opts != nil {
		c.opts = *opts
	}
	or(&c.opts.Timeout, 60*time.Second)
	or(&c.opts.Patience, 60*time.Second)
	or(&c.opts.FirstDelay, 25*time.Millisecond)
	or(&c.opts.MaxDelay, 2*time.Second)
	c.http = &http.Client{Timeout: c.opts.Timeout, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	return c
}

func or[T comparable](v *T, fallback T) {
	var zero T
	if *v == zero {
		*v = fallback
	}
}

// URL answers the base URL of the host.
func (c *Client) URL() string { return c.base }

// Close lets go of the connections that are kept.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Problem is a refusal by the host.
type Problem struct {
	Status    int    `json:"status"`
	Code      string `json:"code"`
	Title     string `json:"title"`
	Detail    string `json:"detail"`
	Retryable bool   `json:"retryable"`
	Instance  string `json:"instance"` // the request id
	// Body is the whole answer, with what a code adds to it.
	Body string `json:"-"`

	after time.Duration
}

// Error says the code, what was wrong and the request to look for in the host's log.
func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	if p.Code == "" {
		return fmt.Sprintf("%d without a problem: %.200s", p.Status, p.Body)
	}
	return fmt.Sprintf("%d %s: %s (request %s)", p.Status, p.Code, text, p.Instance)
}

// request is one call, made again as it is until it succeeds.
type request struct {
	method, path string
	who          Persona // none: the host's developer
	body         any     // nil for none
	key          string  // idempotency key, if any
}

func action(who Persona, module, name, key string, input any) request {
	return request{method: http.MethodPost, path: appPath + "/modules/" + module + "/actions/" + name, who: who, body: input, key: key}
}

// outcome says how a call went besides its answer.
type outcome struct {
	attempts int
	replayed bool          // the host answered what it had answered before
	took     time.Duration // the last attempt
}

// call makes a request, again and again while its failures may pass, and decodes the answer into out unless that is nil.
func (c *Client) call(ctx context.Context, r request, out any) (o outcome, err error) {
	var body []byte
	if r.body != nil {
		if body, err = encode(r.body); err != nil {
			return o, err
		}
	}
	retry := newRetry(c.opts)
	for {
		start := time.Now()
		answer, replayed, err := c.once(ctx, r, body)
		o.attempts, o.took, o.replayed = o.attempts+1, time.Since(start), replayed
		if err == nil {
			if out == nil {
				return o, nil
			}
			if err := json.Unmarshal(answer, out); err != nil {
				return o, fmt.Errorf("%s %s: %w: %.200s", r.method, r.path, err, answer)
			}
			return o, nil
		}
		if err := retry.wait(ctx, err); err != nil {
			return o, fmt.Errorf("%s %s: %w", r.method, r.path, err)
		}
	}
}

// encode writes JSON without the escapes that are meant for HTML, as a careful client would.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// once makes one attempt. A refusal is a *Problem; any other error is of the connection.
func (c *Client) once(ctx context.Context, r request, body []byte) (answer []byte, replayed bool, err error) {
	req, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, bytes.NewReader(body))
	if err != nil {
		return nil, false, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.who.Tenant != "" {
		req.Header.Set("Mozaiks-Dev-User-Id", r.who.User)
		req.Header.Set("Mozaiks-Dev-Tenant-Id", r.who.Tenant)
		req.Header.Set("Mozaiks-Dev-Scopes", Scopes)
	}
	if r.key != "" {
		req.Header.Set("Idempotency-Key", r.key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, false, err
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, false, err
	}
	if res.StatusCode == http.StatusOK {
		return answer, res.Header.Get("Idempotency-Replayed") == "true", nil
	}
	p := &Problem{}
	_ = json.Unmarshal(answer, p) // not from the host itself: status and body must do
	p.Status, p.Body = res.StatusCode, string(answer)
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
		p.after = time.Duration(seconds) * time.Second
	}
	return nil, false, p
}
