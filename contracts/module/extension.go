package module

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// The kinds of extensions.
const (
	KindRouter   = "api_router"
	KindService  = "startup_service"
	KindSchedule = "schedule"
)

// Extension is what a module adds to the host: routes, a service, a schedule.
type Extension struct {
	Kind string
	ID   string // unique in the module; <kind>_<n> where none is given
	Run  Run    // of services and schedules

	Prefix string // of a router
	Routes []Route

	Profile string        // host, worker
	Every   time.Duration // 0: not repeated so
	Cron    string        // five fields, "" for none
	Zone    string        // IANA time zone of Cron
	CatchUp string        // last, none
	Overlap string        // skip, queue
	Jitter  time.Duration
	Scope   string // tenant, app
	// Permissions are all that a run of a service or a schedule holds.
	Permissions []string
}

// Run says what is invoked: a declared action, or an export that is no action's.
type Run struct {
	Action  string
	Export  string        // a bare handler, where Action is empty
	Effects Effects       // of a bare handler
	Timeout time.Duration // of a bare handler; 0: the module's
}

// Route is one HTTP route of a router.
type Route struct {
	ID          string
	Method      string
	Path        string // below the router's prefix
	Run         Run
	Public      bool
	Permissions []string
}

// extensionFields are the fields of each kind, beside kind and id.
var extensionFields = map[string][]string{
	KindRouter:  {"entrypoint", "prefix", "routes"},
	KindService: {"entrypoint", "handler_method", "action", "profile", "every", "scope", "permissions", "effects", "timeout_ms"},
	KindSchedule: {"entrypoint", "handler_method", "action", "profile", "every", "cron", "timezone", "catch_up", "overlap", "jitter",
		"scope", "permissions", "effects", "timeout_ms"},
}

// nullableFields are those of them for which null means absent.
var nullableFields = []string{"prefix", "handler_method", "action", "permissions"}

var kindsOfExtensions = []string{KindRouter, KindService, KindSchedule}

// extensions reads runtime_extensions.yaml.
func (d *decoder) extensions() {
	k := &d.known.extensions
	top, sound := d.open(ExtensionsFile, document.Required, "mozaiks.runtime_extensions.v1")
	k.broken = !sound
	if top == nil {
		return
	}
	x := &extensionReader{decoder: d, seen: map[string]*document.Node{}, counted: map[string]int{}, paths: map[string]string{}}
	k.broken = !entries(top, "extensions", x.extension)
	top.Close()
}

// extensionReader reads the entries of extensions.
type extensionReader struct {
	*decoder
	seen    map[string]*document.Node
	counted map[string]int    // extensions of a kind so far
	paths   map[string]string // routes by method and path, names of parameters aside
}

func (x *extensionReader) extension(_ int, o *document.Record) {
	r := o.Reader()
	e := Extension{Profile: "host", CatchUp: "last", Overlap: "skip", Scope: "tenant"}
	kind, kindNode := o.String("kind", document.Enum(kindsOfExtensions...), document.Required)
	e.Kind = kind
	var need document.Need
	if kind == KindSchedule {
		need = document.Required
	}
	id, idNode := o.String("id", document.Token, need)
	for _, fields := range extensionFields {
		o.Know(fields...)
	}
	if kindNode == nil {
		o.Close()
		return
	}
	x.counted[kind]++
	if e.ID = id; !o.Has("id") {
		e.ID, idNode = fmt.Sprintf("%s_%d", kind, x.counted[kind]), kindNode
	}
	x.foreign(o, kind)
	if kind == KindRouter {
		x.router(o, &e)
	} else {
		x.timed(o, &e)
	}
	o.Close()
	if idNode != nil && e.ID != "" {
		named := *idNode
		named.Text = e.ID
		if r.Unique(x.seen, &named, "id") {
			x.known.extensions.names = append(x.known.extensions.names, e.ID)
			x.module.Extensions = append(x.module.Extensions, e)
		}
	}
}

// foreign reports the fields of another kind.
func (x *extensionReader) foreign(o *document.Record, kind string) {
	for _, f := range o.Node.Fields {
		if slices.Contains(extensionFields[kind], f.Name) || f.Value.Kind == document.Null && slices.Contains(nullableFields, f.Name) {
			continue
		}
		for _, other := range kindsOfExtensions {
			if other != kind && slices.Contains(extensionFields[other], f.Name) {
				o.Conflict(f.Name, f.Name+" belongs to "+other+", not to "+kind, "remove it, or write kind: "+other)
				break
			}
		}
	}
}

func (x *extensionReader) router(o *document.Record, e *Extension) {
	entry := x.entry(o, "entrypoint", document.Optional)
	e.Prefix, _ = o.String("prefix", routePrefix, document.Nullable)
	seen := map[string]*document.Node{}
	for _, route := range o.Records("routes", document.Required|document.NonEmpty) {
		x.route(o, route, entry, e, seen)
	}
}

func (x *extensionReader) route(router, o *document.Record, entry string, e *Extension, seen map[string]*document.Node) {
	r := o.Reader()
	route := Route{}
	var id, method, path, action, handler *document.Node
	route.ID, id = o.String("id", document.Token, document.Required)
	route.Method, method = o.String("method", document.Enum("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"), document.Required)
	route.Path, path = o.String("path", routePath, document.Required)
	route.Run.Action, action = o.String("action", document.Name, document.Nullable)
	route.Run.Export, handler = o.String("handler_method", document.Export, document.Nullable)
	auth, _ := o.String("auth", document.Enum("user", "public"), document.Optional)
	route.Public = auth == "public"
	route.Permissions = x.permissions(o)
	var said bare
	said.read(x.decoder, o)
	o.Close()
	at := handler
	named := func(name string) bool { return given(o, name) }
	switch {
	case named("action") && named("handler_method"):
		o.Conflict("handler_method", "action and handler_method both name what runs", "remove one of the two")
		return
	case handler != nil:
		x.module.need(r, handler, route.Run.Export, false)
	case !named("action") && !named("handler_method"):
		if route.Run.Export = entry; entry == "" && !router.Has("entrypoint") {
			r.Error(fault.FieldMissing, o.Node, "neither the route nor its router says what runs", "add action: with an action of this module, or an entrypoint to the router")
		}
		at = o.Node
	}
	reads := route.Method == http.MethodGet || route.Method == http.MethodHead
	x.run(r, &route.Run, action, at, &said, runRules{reads: method != nil && reads, route: true})
	if method != nil && path != nil {
		key := route.Method + " " + parameterName.ReplaceAllString(e.Prefix+route.Path, "{$2}")
		if other, taken := x.paths[key]; taken {
			r.Error(fault.RouteConflict, path, "the route "+other+" has this method and path already", "give it another path or method")
		} else {
			x.paths[key] = route.ID
		}
	}
	if id != nil && r.Unique(seen, id, "id") {
		e.Routes = append(e.Routes, route)
	}
}

// timed reads a service or a schedule.
func (x *extensionReader) timed(o *document.Record, e *Extension) {
	r := o.Reader()
	words := func(name string, into *string, words ...string) {
		if o.Has(name) {
			if v, n := o.String(name, document.Enum(words...), document.Optional); n != nil {
				*into = v
			}
		}
	}
	words("profile", &e.Profile, "host", "worker")
	words("scope", &e.Scope, "tenant", "app")
	before := r.Errors()
	e.Permissions = x.permissions(o)
	held := r.Errors() == before
	if text, n := o.String("every", interval(10*time.Second, 30*24*time.Hour, "10s to 30d"), document.Optional); n != nil {
		e.Every = duration(text)
	}
	if e.Kind == KindSchedule {
		words("catch_up", &e.CatchUp, "last", "none")
		words("overlap", &e.Overlap, "skip", "queue")
		x.clock(o, e)
	}
	var said bare
	said.read(x.decoder, o)
	x.target(o, e, &said, held)
}

// clock reads when a schedule runs.
func (x *extensionReader) clock(o *document.Record, e *Extension) {
	e.Cron, _ = o.String("cron", cronForm, document.Optional)
	e.Zone = "UTC"
	if zone, n := o.String("timezone", zoneForm, document.Optional); n != nil {
		e.Zone = zone
	}
	if text, n := o.String("jitter", interval(0, time.Hour, "0s to 1h"), document.Optional); n != nil {
		e.Jitter = duration(text)
	}
	switch {
	case o.Has("cron") && o.Has("every"):
		o.Conflict("every", "cron and every both say when it runs", "remove one of the two")
	case !o.Has("cron") && !o.Has("every"):
		o.Missing("cron")
	}
}

// target reads what a service or a schedule runs: exactly one of three.
func (x *extensionReader) target(o *document.Record, e *Extension, said *bare, held bool) {
	r := o.Reader()
	entry := x.entry(o, "entrypoint", document.Optional)
	export, handler := o.String("handler_method", document.Export, document.Nullable)
	action, named := o.String("action", document.Name, document.Nullable)
	var there []string
	for _, name := range []string{"entrypoint", "handler_method", "action"} {
		if n := o.Node.Get(name); n != nil && (name == "entrypoint" || n.Kind != document.Null) {
			there = append(there, name)
		}
	}
	switch {
	case len(there) == 0:
		r.Error(fault.FieldMissing, o.Node, "nothing says what runs", "add action: with an action of this module")
		return
	case len(there) > 1:
		o.Conflict(there[1], there[0]+" and "+there[1]+" both say what runs", "leave one of the two")
		return
	}
	at := o.Node.Get(there[0])
	e.Run.Action, e.Run.Export = action, export
	if entry != "" {
		e.Run.Export = entry
	}
	if handler != nil {
		x.module.need(r, handler, export, false)
	}
	if e.Run.Export == "" {
		at = nil
	}
	x.run(r, &e.Run, named, at, said, runRules{permissions: e.Permissions, held: held})
}

// runRules are what holds for what runs.
type runRules struct {
	reads       bool     // the route promises to change nothing
	route       bool     // the caller's permissions are asked, not the declaration's
	permissions []string // what the run holds
	held        bool     // and could be read
}

// run checks what a route, a service or a schedule invokes, once the actions are known: an action by its name or by its export,
// else a bare handler. action or export is where it is named.
func (x *extensionReader) run(r *document.Reader, run *Run, action, export *document.Node, given *bare, rules runRules) {
	run.Effects, run.Timeout = given.effects, given.timeout
	if run.Effects == "" {
		run.Effects = Write
		if rules.reads {
			run.Effects = Read
		}
	}
	if action != nil && given.first != nil {
		r.Error(fault.FieldConflict, given.first, "the action says this for itself", "remove it, or name a handler_method that is no action's")
	}
	if rules.reads && given.effectsNode != nil && given.effects != Read {
		r.Error(fault.EffectsConflict, given.effectsNode, "a route for GET or HEAD reads", "write effects: read, or another method")
	}
	x.later(func() {
		at, id := action, run.Action
		if action == nil {
			if export == nil || run.Export == "" || x.known.actions.broken {
				return
			}
			of := x.module.handlers(run.Export)
			if len(of) > 1 {
				r.Error(fault.HandlerAmbiguous, export, run.Export+" is the handler of several actions", "write action: "+of[0].ID+" in its place")
			}
			if len(of) != 1 {
				return
			}
			if at, id = export, of[0].ID; given.first != nil {
				r.Error(fault.FieldConflict, given.first, "the action "+id+" says this for itself", "remove it; "+run.Export+" is its handler")
			}
		}
		if !rules.route {
			x.runs(r, at, id, rules.permissions, rules.held, "extension")
		} else {
			x.runs(r, at, id, nil, false, "route")
		}
		if a := x.module.Action(id); a != nil && rules.reads && a.Effects != Read {
			r.Error(fault.EffectsConflict, at, "a route for GET or HEAD reads, the action "+id+" does not", "write another method, or name an action with effects: read")
		}
	})
}

// bare are the fields that only say something of a bare handler.
type bare struct {
	effects            Effects
	timeout            time.Duration
	effectsNode, first *document.Node
}

func (b *bare) read(d *decoder, o *document.Record) {
	if text, n := o.String("effects", document.Enum("read", "write", "external"), document.Optional); n != nil {
		b.effects, b.effectsNode, b.first = Effects(text), n, n
	}
	if v, n := o.Int("timeout_ms", 10, 600_000, document.Optional); n != nil {
		b.timeout = time.Duration(v) * time.Millisecond
		if b.first == nil {
			b.first = n
		}
		if b.effects != External && b.timeout > heldTimeout {
			heldTooLong(o.Reader(), n, v)
		} else {
			ceiling(o, n, d.opts.TimeoutMax.Milliseconds(), "ms")
		}
	}
}

// entry reads backend.<path>:<symbol>, which must be an export of the module's own binary, and answers the export.
func (d *decoder) entry(o *document.Record, name string, need document.Need) string {
	_, n := o.String(name, handlerEntry, need)
	if n == nil {
		return ""
	}
	return d.entryExport(o.Reader(), n)
}

// entryExport judges an entry whose form is right.
func (d *decoder) entryExport(r *document.Reader, n *document.Node) string {
	path, symbol, _ := strings.Cut(n.Text, ":")
	if d.module.Backend.File != "" && entryFile(path) != d.module.Backend.File {
		r.Error(fault.EntrypointNotBackend, n, document.Quote(path)+" is not the module's binary, "+d.module.Backend.File,
			"write "+strings.ReplaceAll(strings.TrimSuffix(d.module.Backend.File, ".wasm"), "/", ".")+":"+symbol)
		return ""
	}
	if code, message, hint := document.Export(symbol); code != "" {
		r.Error(code, n, message, hint)
		return ""
	}
	d.module.need(r, n, symbol, false)
	return symbol
}

// handlers answers the actions that have an export.
func (m *Module) handlers(export string) []*Action {
	var of []*Action
	for i := range m.Actions {
		if m.Actions[i].Export == export {
			of = append(of, &m.Actions[i])
		}
	}
	return of
}

// resolve puts the action in the place of an export that stands for it.
func (m *Module) resolve() {
	one := func(action, export *string) {
		if of := m.handlers(*export); *action == "" && *export != "" && len(of) == 1 {
			*action, *export = of[0].ID, ""
		}
	}
	for i := range m.Reactions {
		one(&m.Reactions[i].Target.Action, &m.Reactions[i].Target.Export)
	}
	for i := range m.Extensions {
		e := &m.Extensions[i]
		one(&e.Run.Action, &e.Run.Export)
		for n := range e.Routes {
			one(&e.Routes[n].Run.Action, &e.Routes[n].Run.Export)
		}
	}
}

// externalExtension tells whether something of the extensions may be external.
func (d *decoder) externalExtension() bool {
	if d.known.extensions.broken {
		return true
	}
	for _, e := range d.module.Extensions {
		if e.Run.Effects == External || slices.ContainsFunc(e.Routes, func(r Route) bool { return r.Run.Effects == External }) {
			return true
		}
	}
	return false
}

// parameterName matches a parameter of a route's path.
var parameterName = regexp.MustCompile(`\{([a-z][a-z0-9_]*)(\.\.\.)?\}`)

var (
	prefixForm  = regexp.MustCompile(`^(/[a-z0-9_-]+)+$`)
	segmentForm = regexp.MustCompile(`^[a-z0-9_-]+$`)
)

func routePrefix(s string) (fault.Code, string, string) {
	if code, message, hint := document.Text(200)(s); code != "" {
		return code, message, hint
	}
	if !prefixForm.MatchString(s) {
		return fault.RouteForm, document.Quote(s) + " is not a prefix", "begin with /; join segments of lower-case letters, digits, _ and - by /, none at the end: /hooks"
	}
	return "", "", ""
}

// routePath judges the path of a route: segments, {name}, and last {name...}, each name once.
func routePath(s string) (fault.Code, string, string) {
	if code, message, hint := document.Text(200)(s); code != "" {
		return code, message, hint
	}
	const form = "begin with /; join segments of lower-case letters, digits, _ and -, {name}, and last {name...}"
	if s == "/" {
		return "", "", ""
	}
	rest, ok := strings.CutPrefix(s, "/")
	if !ok {
		return fault.RouteForm, document.Quote(s) + " does not begin with /", form
	}
	seen := map[string]bool{}
	segments := strings.Split(rest, "/")
	for i, segment := range segments {
		m := parameterName.FindStringSubmatch(segment)
		switch {
		case m != nil && m[0] == segment && m[2] != "" && i < len(segments)-1:
			return fault.RouteForm, document.Quote(segment) + " takes the rest of the path and must be last", form
		case m != nil && m[0] == segment && seen[m[1]]:
			return fault.RouteForm, document.Quote(m[1]) + " stands twice in the path", "give each parameter its own name"
		case m != nil && m[0] == segment:
			seen[m[1]] = true
		case !segmentForm.MatchString(segment):
			return fault.RouteForm, document.Quote(segment) + " is not a segment of a path", form
		}
	}
	return "", "", ""
}
