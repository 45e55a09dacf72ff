package module

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Vector is one test as data: what is there, what happens, and what must come of it.
type Vector struct {
	ID, Description string
	File            string // inside the module's folder
	Line, Column    int
	Path            string
	Given           Given
	When            When
	Expect          Expect
}

// Given is what holds before a test.
type Given struct {
	Now          time.Time
	Seed         int64
	Principal    Principal
	Settings     map[string]any
	Documents    map[string][]any // by collection
	Capabilities []Answer
	HTTP, AI     []Answer
	Entitlements []string // nil: all
}

// Principal is who calls.
type Principal struct {
	User, Tenant, Workspace string
	Roles                   []string
	Permissions             []string // nil: all that the module declares
}

// Answer is what the world answers to a request that matches.
type Answer struct {
	Match  any
	Answer any
}

// When is what happens; one of Action, Event, Extension and Account.
type When struct {
	Action    string
	Params    any
	Event     string
	Payload   any
	Producer  string
	Version   int
	Extension string
	Route     string
	Request   any
	Account   string // export, erase
	User      string
}

// Expect is what must come of it. Places answer where a part of it stands, by its path.
type Expect struct {
	Output        *Expected
	Error         *ExpectedError
	Events        *[]Expected // nil: unchecked
	Notifications *[]Expected
	Documents     map[string][]Expected
	Reactions     map[string]Expected // Matcher is ok, skipped or failed
	FuelMax       *Expected           // Matcher is an int64; nil: unchecked
}

// Expected is a matcher and where it stands.
type Expected struct {
	Matcher      any
	Line, Column int
	Path         string
}

// ExpectedError is an error that must come.
type ExpectedError struct {
	Code    fault.Code
	Message any // matcher, nil: any
	Expected
}

// The defaults of tests.
var (
	vectorNow    = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	vectorUser   = "u_test"
	vectorTenant = "t_test"
)

const vectorSeed = 1

// DecodeTests reads the tests of a module that was decoded. Findings name paths inside the folder. A test with an error is left out.
func (m *Module) DecodeTests(files map[string][]byte, opts Options) ([]Vector, []diagnostic.Finding) {
	d := &vectorReader{module: m, opts: opts.withDefaults(), seen: map[string]*document.Node{}}
	var findings []diagnostic.Finding
	var names []string
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if files[name] == nil {
			continue // it could not be read, and that was reported
		}
		r := document.NewReader(name, d.opts.Limits)
		d.file(r, files[name])
		findings = append(findings, r.Findings()...)
	}
	diagnostic.Sort(findings)
	return d.vectors, findings
}

type vectorReader struct {
	module  *Module
	opts    Options
	seen    map[string]*document.Node
	vectors []Vector
	count   int
}

func (d *vectorReader) file(r *document.Reader, data []byte) {
	top := r.YAML(data)
	if _, ok := top.Version(document.Required, "mozaiks.module_tests.v1"); !ok {
		return
	}
	items, list := top.ListOf("tests", d.opts.Limits.MaxItems, document.Optional)
	for _, n := range items {
		if d.count++; d.count > d.opts.MaxVectors {
			r.Error(fault.CountLimit, list, "the module has more tests than the host takes", "leave fewer tests, or have the operator raise MOZAIKS_TEST_MAX_VECTORS")
			break
		}
		if o := r.Record(n); o != nil {
			d.vector(o)
		}
	}
	top.Close()
}

func (d *vectorReader) vector(o *document.Record) {
	r := o.Reader()
	before := r.Errors()
	v := Vector{File: r.File(), Line: o.Node.Line, Column: o.Node.Column, Path: o.Node.Path}
	var id *document.Node
	v.ID, id = o.String("id", document.Token, document.Required)
	v.Description, _ = o.String("description", document.Text(longText), document.Nullable)
	d.given(o.Record("given", document.Optional), &v.Given)
	d.when(o.Record("when", document.Required), &v.When)
	d.expect(o.Record("expect", document.Required), &v.Expect)
	o.Close()
	if id != nil && r.Unique(d.seen, id, "id") && r.Errors() == before {
		d.vectors = append(d.vectors, v)
	}
}

func (d *vectorReader) given(o *document.Record, g *Given) {
	g.Now, g.Seed = vectorNow, vectorSeed
	g.Principal = Principal{User: vectorUser, Tenant: vectorTenant}
	if o == nil {
		return
	}
	r := o.Reader()
	if text, n := o.String("now", instantForm, document.Optional); n != nil {
		g.Now, _ = time.Parse(time.RFC3339Nano, text) // the form is right
	}
	if v, n := o.Int("seed", document.MinInt, document.MaxInt, document.Optional); n != nil {
		g.Seed = v
	}
	d.principal(o.Record("principal", document.Optional), &g.Principal)
	if s := o.Record("settings", document.Optional); s != nil {
		g.Settings = map[string]any{}
		for _, f := range s.Node.Fields {
			d.setting(r, f, g.Settings)
		}
	}
	if c := o.Record("documents", document.Optional); c != nil {
		g.Documents = map[string][]any{}
		for _, f := range c.Node.Fields {
			g.Documents[f.Name] = givenDocuments(r, f.Value)
		}
	}
	g.Capabilities = d.answers(o, "capabilities", d.capability)
	g.HTTP = d.answers(o, "http", nil)
	g.AI = d.answers(o, "ai", nil)
	if gates, list := o.Strings("entitlements", document.Token, document.Optional); list != nil {
		g.Entitlements = document.Plain(gates)
	}
	o.Close()
}

func (d *vectorReader) principal(o *document.Record, p *Principal) {
	if o == nil {
		return
	}
	text := document.Text(200)
	for name, into := range map[string]*string{"user": &p.User, "tenant": &p.Tenant, "workspace": &p.Workspace} {
		if v, n := o.String(name, text, document.Optional); n != nil {
			*into = v
		}
	}
	roles, _ := o.Strings("roles", document.Token, document.Optional)
	p.Roles = document.Plain(roles)
	if permissions, list := o.Strings("permissions", document.Token, document.Optional); list != nil {
		p.Permissions = document.Plain(permissions)
	}
	o.Close()
}

// setting judges the value of a declared setting.
func (d *vectorReader) setting(r *document.Reader, f *document.Field, into map[string]any) {
	i := slices.IndexFunc(d.module.Settings, func(s Setting) bool { return s.ID == f.Name })
	at := &document.Node{Line: f.Line, Column: f.Column, Path: f.Value.Path}
	switch {
	case i < 0 && d.module.trace.known.settings.lacks(f.Name):
		r.Error(fault.SettingUndeclared, at, document.Quote(f.Name)+" is not in "+SettingsFile,
			document.DidYouMean(f.Name, d.module.trace.known.settings.names, "declare it in "+SettingsFile))
	case i >= 0 && f.Value.Kind != document.Null:
		if why := d.module.Settings[i].refuses(f.Value.Value()); why != "" {
			r.Error(fault.SettingDefault, f.Value, "the value "+why, "write a value that fits the setting's type and bounds")
		}
	}
	into[f.Name] = f.Value.Value()
}

// listOf answers the entries of a list, as many as a list may have.
func listOf(r *document.Reader, n *document.Node, of string) []*document.Node {
	most := r.Limits().MaxItems
	switch {
	case n.Kind != document.List:
		r.Error(fault.Type, n, "expected a list, found "+document.Describe(n), "write a list of "+of)
	case len(n.Items) > most:
		r.Error(fault.CountLimit, n, fmt.Sprintf("the list has %d entries, more than %d", len(n.Items), most), fmt.Sprintf("leave at most %d", most))
		return n.Items[:most]
	}
	return n.Items
}

// givenDocuments reads the documents of a collection, each with its id.
func givenDocuments(r *document.Reader, n *document.Node) []any {
	var out []any
	for _, i := range listOf(r, n, "documents") {
		o := r.Record(i)
		if o == nil {
			continue
		}
		o.String("_id", document.Text(200), document.Required)
		out = append(out, i.Value())
	}
	return out
}

func (d *vectorReader) answers(o *document.Record, name string, judge func(*document.Reader, *document.Node)) []Answer {
	var out []Answer
	for _, a := range o.Records(name, document.Optional) {
		match, answer := a.Field("match", document.Required), a.Field("answer", document.Required)
		a.Close()
		if match == nil || answer == nil {
			continue
		}
		checkMatcher(a.Reader(), match)
		if judge != nil {
			judge(a.Reader(), match)
		}
		out = append(out, Answer{match.Value(), answer.Value()})
	}
	return out
}

// capability judges the match of a capability call: the module must be able to make it.
func (d *vectorReader) capability(r *document.Reader, match *document.Node) {
	n := match.Get("capability_id")
	if n != nil && n.Kind == document.String && d.module.trace.known.granted && !slices.Contains(d.module.Grants.Capabilities, n.Text) {
		r.Error(fault.GrantRequired, n, document.Quote(n.Text)+" is not in grants.capabilities", "add it there; a call of it cannot be made otherwise")
	}
}

// whenFields are the fields that belong to each kind of happening, beside its own.
var whenFields = map[string][]string{
	"action":    {"params"},
	"event":     {"payload", "producer", "version"},
	"extension": {"route", "request"},
	"account":   {"user"},
}

func (d *vectorReader) when(o *document.Record, w *When) {
	if o == nil {
		return
	}
	kinds := []string{"action", "event", "extension", "account"}
	o.Know(kinds...)
	var kind string
	for _, k := range kinds {
		o.Know(whenFields[k]...)
		if !o.Has(k) {
			continue
		}
		if kind != "" {
			o.Conflict(k, k+" and "+kind+" both say what happens", "write a test for each")
			continue
		}
		kind = k
	}
	if kind == "" {
		o.Reader().Error(fault.FieldMissing, o.Node, "nothing happens in this test", "add action, event, extension or account")
	}
	for _, k := range kinds {
		for _, name := range whenFields[k] {
			if k != kind && kind != "" && o.Has(name) {
				o.Conflict(name, name+" belongs to "+k+", not to "+kind, "remove it")
			}
		}
	}
	switch kind {
	case "action":
		d.whenAction(o, w)
	case "event":
		w.Event, _ = o.String("event", document.Event(namespaces...), document.Required)
		w.Payload = anyValue(o, "payload")
		w.Producer, _ = o.String("producer", document.Name, document.Optional)
		v, n := o.Int("version", 1, 1_000_000, document.Optional)
		if w.Version = int(v); n == nil {
			w.Version = 1
		}
	case "extension":
		d.whenExtension(o, w)
	case "account":
		var n *document.Node
		w.Account, n = o.String("account", document.Enum("export", "erase"), document.Required)
		w.User, _ = o.String("user", document.Text(200), document.Optional)
		if n != nil && !d.module.AccountData {
			o.Reader().Error(fault.AccountDataMissing, n, "the module has no account functions", "write user_data_scope: true in "+ManifestFile+", and export account_export and account_erase")
		}
	}
	o.Close()
}

func anyValue(o *document.Record, name string) any {
	if n := o.Field(name, document.Optional); n != nil {
		return n.Value()
	}
	return nil
}

func (d *vectorReader) whenAction(o *document.Record, w *When) {
	var n *document.Node
	w.Action, n = o.String("action", document.Name, document.Required)
	w.Params = anyValue(o, "params")
	if n != nil && d.module.trace.known.actions.lacks(w.Action) {
		o.Reader().Error(fault.ActionUndeclared, n, document.Quote(w.Action)+" is not an action of this module",
			document.DidYouMean(w.Action, d.module.trace.known.actions.names, "name an action of this module"))
	}
}

func (d *vectorReader) whenExtension(o *document.Record, w *When) {
	r := o.Reader()
	var n, route *document.Node
	w.Extension, n = o.String("extension", document.Token, document.Required)
	w.Route, route = o.String("route", document.Token, document.Optional)
	if q := o.Record("request", document.Optional); q != nil {
		w.Request = q.Node.Value()
	}
	if n == nil {
		return
	}
	if d.module.trace.known.extensions.lacks(w.Extension) {
		r.Error(fault.ExtensionUndeclared, n, document.Quote(w.Extension)+" is not in "+ExtensionsFile,
			document.DidYouMean(w.Extension, d.module.trace.known.extensions.names, "declare it in "+ExtensionsFile))
		return
	}
	e := d.module.Extension(w.Extension)
	switch {
	case e == nil:
	case e.Kind != KindRouter && (o.Has("route") || o.Has("request")):
		for _, name := range []string{"route", "request"} {
			o.Conflict(name, name+" belongs to a router", "remove it")
		}
	case e.Kind == KindRouter && !o.Has("route"):
		o.Missing("route")
	case route != nil && e.Kind == KindRouter && !slices.ContainsFunc(e.Routes, func(x Route) bool { return x.ID == w.Route }):
		r.Error(fault.ExtensionUndeclared, route, document.Quote(w.Route)+" is not a route of "+w.Extension, "name a route of the router")
	}
}

func (d *vectorReader) expect(o *document.Record, e *Expect) {
	if o == nil {
		return
	}
	r := o.Reader()
	if n := o.Field("output", document.Optional); n != nil {
		checkMatcher(r, n)
		e.Output = expected(n)
	}
	if n := o.Field("error", document.Optional); n != nil {
		if o.Has("output") {
			o.Conflict("error", "a call answers output or error", "remove one of the two")
		}
		if x := r.Record(n); x != nil {
			e.Error = &ExpectedError{Expected: *expected(n)}
			code, _ := x.String("code", errorCode, document.Required)
			e.Error.Code = fault.Code(code)
			if m := x.Field("message", document.Optional); m != nil {
				checkMatcher(r, m)
				e.Error.Message = m.Value()
			}
			x.Close()
		}
	}
	e.Events = d.expectList(o, "events", "type", func(r *document.Reader, n *document.Node) {
		if d.module.trace.known.events.lacks(n.Text) {
			r.Error(fault.EventUndeclared, n, document.Quote(n.Text)+" is not in "+EventsFile,
				document.DidYouMean(n.Text, d.module.trace.known.events.names, "declare it in "+EventsFile))
		}
	})
	e.Notifications = d.expectList(o, "notifications", "id", func(r *document.Reader, n *document.Node) {
		if d.module.trace.known.notifications.lacks(n.Text) {
			r.Error(fault.NotificationUndeclared, n, document.Quote(n.Text)+" is not in "+NotificationsFile,
				document.DidYouMean(n.Text, d.module.trace.known.notifications.names, "declare it in "+NotificationsFile))
		}
	})
	if c := o.Record("documents", document.Optional); c != nil {
		e.Documents = map[string][]Expected{}
		for _, f := range c.Node.Fields {
			list := []Expected{}
			for _, n := range listOf(r, f.Value, "matchers") {
				checkMatcher(r, n)
				list = append(list, *expected(n))
			}
			e.Documents[f.Name] = list
		}
	}
	if c := o.Record("reactions", document.Optional); c != nil {
		e.Reactions = map[string]Expected{}
		for _, f := range c.Node.Fields {
			d.expectReaction(c, f, e)
		}
		c.Close()
	}
	if v, n := o.Int("fuel_max", 1, document.MaxInt, document.Optional); n != nil {
		e.FuelMax = expected(n)
		e.FuelMax.Matcher = v
	}
	o.Close()
}

func (d *vectorReader) expectReaction(c *document.Record, f *document.Field, e *Expect) {
	if !d.module.trace.known.reactions.lacks(f.Name) { // else it is a field that is unknown here
		c.Know(f.Name)
	}
	if c.Reader().String(f.Value, document.Enum("ok", "skipped", "failed")) {
		e.Reactions[f.Name] = *expected(f.Value)
	}
}

func (d *vectorReader) expectList(o *document.Record, name, key string, declared func(*document.Reader, *document.Node)) *[]Expected {
	items, list := o.List(name, document.Optional)
	if list == nil {
		return nil
	}
	out := []Expected{}
	for _, n := range items {
		checkMatcher(o.Reader(), n)
		if k := n.Get(key); k != nil && k.Kind == document.String {
			declared(o.Reader(), k)
		}
		out = append(out, *expected(n))
	}
	return &out
}

func expected(n *document.Node) *Expected {
	return &Expected{Matcher: n.Value(), Line: n.Line, Column: n.Column, Path: n.Path}
}

// errorCode is the form of the codes of errors: those of the host, and those of guests.
var errorCode = document.Pattern(`^([A-Z][A-Z0-9_]{1,63}|[a-z][a-z0-9_]{1,63})$`, fault.TextForm, "the code of an error", "write a code such as INPUT_INVALID or not_found")

func instantForm(s string) (fault.Code, string, string) {
	if code, message, hint := document.Text(200)(s); code != "" {
		return code, message, hint
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err != nil || s[len(s)-1] != 'Z' || strings.Contains(s, ",") || t.Year() < 1970 {
		return fault.TextForm, document.Quote(s) + " is not a time in UTC", "write it as 2026-01-01T00:00:00Z"
	}
	return "", "", ""
}

// Extension answers the extension of that id, or nil.
func (m *Module) Extension(id string) *Extension {
	for i := range m.Extensions {
		if m.Extensions[i].ID == id {
			return &m.Extensions[i]
		}
	}
	return nil
}
