// Package api holds the HTTP routes of apps: actions, the inbox, health. It finds out who is asking and for what, and hands
// everything else to the executor and the inbox.
package api

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/app"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/platform/settings"
	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/transport"
)

// Options are the limits of routes. The zero value means the defaults.
type Options struct {
	// InputMax is the largest body of an action in bytes (MOZAIKS_ACTION_INPUT_MAX). Defaults to 512 KiB.
	InputMax int64
	// MaxBody is the largest body where a route has no limit of its own (MOZAIKS_MAX_BODY). Defaults to 1 MiB.
	MaxBody int64
	// CursorKey seals the cursors of lists. Required.
	CursorKey [32]byte
	// Version is the program's.
	Version string
}

// Parts are what the routes are made of.
type Parts struct {
	Auth      auth.Authenticator
	Apps      *app.Registry
	Executor  *modules.Executor
	Rights    *modules.Rights
	Inbox     *routing.Inbox
	Directory *routing.Directory
	Settings  *settings.Settings
	Store     *persistence.Store
	Outbox    *events.Outbox
	Draining  func() bool
	Log       *slog.Logger
}

// API answers the routes.
type API struct {
	Parts
	opts Options
	now  func() time.Time
}

// New makes the routes.
func New(parts Parts, opts Options) *API {
	if opts.InputMax == 0 {
		opts.InputMax = 512 << 10
	}
	if opts.MaxBody == 0 {
		opts.MaxBody = 1 << 20
	}
	return &API{Parts: parts, opts: opts, now: func() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }}
}

// Handler answers the routes as one handler.
func (a *API) Handler() http.Handler {
	r := chi.NewRouter()
	r.NotFound(transport.HandlerFunc(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.RouteNotFound, "no such route")
	}).ServeHTTP)
	r.MethodNotAllowed(a.wrongMethod(r))
	get := func(pattern string, h transport.HandlerFunc) {
		r.Method(http.MethodGet, pattern, h)
		r.Method(http.MethodHead, pattern, h)
	}
	get("/api/health", a.health)
	get("/api/health/live", a.live)
	get("/api/health/ready", a.ready)
	get("/api/whoami", a.whoami)
	get("/api/apps/{app}/health", a.appHealth)

	action := "/api/apps/{app}/modules/{module}/actions/{action}"
	r.Method(http.MethodPost, action, a.app(a.action))
	get(action, a.app(a.action))

	inbox := "/api/apps/{app}/notifications"
	get(inbox, a.user(a.listInbox))
	get(inbox+"/count", a.user(a.countInbox))
	get(inbox+"/preferences", a.user(a.getPreferences))
	r.Method(http.MethodPut, inbox+"/preferences", a.user(a.putPreferences))
	r.Method(http.MethodPost, inbox+"/mark-all-read", a.user(a.markAllRead))
	r.Method(http.MethodPost, inbox+"/{id}/read", a.user(a.markRead(true)))
	r.Method(http.MethodPost, inbox+"/{id}/unread", a.user(a.markRead(false)))
	r.Method(http.MethodDelete, inbox+"/{id}", a.user(a.dismiss))
	r.Method(http.MethodDelete, inbox, a.user(a.dismissAll))

	get("/api/apps/{app}/settings", a.user(a.getSettings))
	r.Method(http.MethodPut, "/api/apps/{app}/modules/{module}/settings", a.user(a.putSettings(settings.User)))
	r.Method(http.MethodPut, "/api/apps/{app}/admin/modules/{module}/settings", a.admin(a.putSettings(settings.Tenant)))
	return r
}

var allMethods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

func (a *API) wrongMethod(routes chi.Routes) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, m := range allMethods {
			if routes.Match(chi.NewRouteContext(), m, r.URL.Path) {
				allowed = append(allowed, m)
			}
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		transport.WriteProblem(w, r, fault.New(fault.MethodNotAllowed, "the route answers %s", strings.Join(allowed, ", ")))
	}
}

// appHandler is a route of an app. It may call the snapshot's modules until it returns.
type appHandler func(w http.ResponseWriter, r *http.Request, s *modules.Snapshot, p *auth.Principal) error

// app finds out who is asking, and takes the app that the path names.
func (a *API) app(h appHandler) transport.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := a.Auth.Authenticate(r)
		if err != nil {
			return err
		}
		s, done := a.Apps.Take(chi.URLParam(r, "app"))
		defer done()
		if s == nil {
			return fault.New(fault.AppNotFound, "no such app here")
		}
		w.Header().Set("Mozaiks-Snapshot", s.Digest)
		if err := a.Directory.Saw(r.Context(), s.App, p); err != nil {
			return err
		}
		return h(w, r, s, p)
	}
}

// userHandler is a route for a principal with a user.
type userHandler func(w http.ResponseWriter, r *http.Request, s *modules.Snapshot, o routing.Owner) error

func (a *API) user(h userHandler) transport.HandlerFunc {
	return a.app(withUser(h))
}

func withUser(h userHandler) appHandler {
	return func(w http.ResponseWriter, r *http.Request, s *modules.Snapshot, p *auth.Principal) error {
		if p.UserID == "" {
			return fault.New(fault.TokenMissing, "this route needs a user")
		}
		return h(w, r, s, routing.Owner{App: s.App, Tenant: p.Tenant, Workspace: p.Workspace, User: p.UserID})
	}
}

func (a *API) whoami(w http.ResponseWriter, r *http.Request) error {
	p, err := a.Auth.Authenticate(r)
	if err != nil {
		return err
	}
	transport.WriteJSON(w, r, http.StatusOK, p)
	return nil
}

// onlyParams refuses query parameters that a route does not know.
func onlyParams(r *http.Request, known ...string) error {
	for name, values := range r.URL.Query() {
		if !slices.Contains(known, name) {
			return fault.New(fault.InvalidParams, "the route has no such query parameter")
		}
		if len(values) > 1 {
			return fault.New(fault.InvalidParams, "a query parameter stands twice")
		}
	}
	return nil
}
