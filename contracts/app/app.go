// Package app holds what an app says of itself, app.json, and where the files of its bundle may lie.
package app

import (
	"fmt"
	"math"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// File is where an app describes itself, in the app form of a bundle.
const File = "app.json"

// SchemaVersion is the one version of app.json.
const SchemaVersion = "mozaiks.app.v1"

// DefaultID is the id of an app that neither its file nor an upload names.
const DefaultID = "default"

// App is app.json, decoded, with defaults filled in. An app cannot set host names, tenants or limits; who runs it does.
type App struct {
	ID           string
	Name         string
	Version      string
	Description  string // "" for none
	LandingSpot  string // a route of the app
	AuthRequired bool
	Admins       []string // e-mail addresses; empty unless the operator lets bundles name admins

	// Kept for the shell, without effect on the host.
	TargetWeb, TargetMobile *bool // nil where not written
	Preset                  string
	Features                map[string]bool
	Extra                   map[string]any

	landing *document.Node // for findings about it; nil where it is the default
}

// Options say what an app.json is held to. The zero value is right for a folder on an operator's own machine.
type Options struct {
	// AppID is the id that the bundle is uploaded to; another one in the file is APP_ID_MISMATCH. Empty for a folder, whose
	// app has the id in the file, or else DefaultID.
	AppID string
	// File is how findings name the file. Defaults to app.json.
	File string
	// BundleAdmins lets the bundle name admins; otherwise they are ignored, with a warning. MOZAIKS_BUNDLE_ADMINS; defaults
	// to false, because a bundle shall not appoint those who run it.
	BundleAdmins bool
	// MaxAdmins is how many admins there may be; beyond it COUNT_LIMIT. Fixed, no variable; defaults to 50.
	MaxAdmins int
	// MaxExtra bounds extra in bytes of canonical JSON; beyond it RANGE. Fixed, no variable; defaults to 16 KiB.
	MaxExtra int
	// Limits of any declaration.
	Limits document.Limits
}

// The defaults of Options.
const (
	DefaultMaxAdmins = 50
	DefaultMaxExtra  = 16 << 10
)

func (o Options) withDefaults() Options {
	if o.File == "" {
		o.File = File
	}
	if o.MaxAdmins <= 0 {
		o.MaxAdmins = DefaultMaxAdmins
	}
	if o.MaxExtra <= 0 {
		o.MaxExtra = DefaultMaxExtra
	}
	return o
}

var (
	idForm = document.Pattern(`^[a-z0-9][a-z0-9_-]{0,62}$`, fault.IdPattern, "an app id",
		"begin with a lower-case letter or digit; then lower-case letters, digits, _ and -, at most 63")
	anyText = document.Text(200)
)

// Decode reads app.json and answers everything that is wrong with it at once, sorted. The app is nil where the file cannot be
// read at all; what is broken in it has its default.
func Decode(data []byte, opts Options) (*App, []diagnostic.Finding) {
	opts = opts.withDefaults()
	r := document.NewReader(opts.File, opts.Limits)
	top := r.JSON(data)
	if top == nil {
		return nil, r.Findings()
	}
	if _, ok := top.Version(document.Optional, SchemaVersion); !ok {
		return nil, r.Findings()
	}
	d := &decoder{Reader: r, opts: opts}
	a := d.app(top)
	findings := withoutExpansion(opts.File, top.Node, r.Findings())
	diagnostic.Sort(findings)
	return a, findings
}

// CheckLanding reports REF_ROUTE where the app lands on none of its routes, which only its pages and workflows can tell.
func (a *App) CheckLanding(file string, routes []string) []diagnostic.Finding {
	if a.landing == nil {
		return nil
	}
	for _, route := range routes {
		if route == a.LandingSpot {
			return nil
		}
	}
	r := document.NewReader(file, document.Limits{})
	r.Error(fault.RefRoute, a.landing, document.Quote(a.LandingSpot)+" is no route of this app",
		document.DidYouMean(a.LandingSpot, routes, "write the route of a page or workflow of this app"))
	return r.Findings()
}

type decoder struct {
	*document.Reader
	opts Options
}

func (d *decoder) app(top *document.Record) *App {
	a := &App{ID: d.opts.AppID, Version: "1.0", LandingSpot: "/"}
	if a.ID == "" {
		a.ID = DefaultID
	}
	d.id(top, a)
	a.Name = a.ID
	if n := d.alias(top, "appName", "app_name", "name"); n != nil && d.String(n, document.Text(120)) {
		a.Name = n.Text
	}
	if s, n := top.String("version", document.Text(64), document.Optional); n != nil {
		a.Version = s
	}
	a.Description, _ = top.String("description", document.Text(2000), document.Nullable)
	startup := top.Record("startup", document.Optional)
	if s, n := startup.String("landing_spot", Route, document.Optional); n != nil {
		a.LandingSpot, a.landing = s, n
	}
	startup.Close()
	targets := top.Record("targets", document.Optional)
	a.TargetWeb, a.TargetMobile = flag(targets, "web"), flag(targets, "mobile")
	targets.Close()
	a.AuthRequired, _ = top.Bool("authRequired", document.Optional)
	d.admins(top, a)
	a.Preset, _ = top.String("preset", anyText, document.Optional)
	d.features(top, a)
	d.extra(top, a)
	top.Close()
	return a
}

func (d *decoder) id(top *document.Record, a *App) {
	n := d.alias(top, "appId", "app_id")
	if n == nil || !d.String(n, idForm) {
		return
	}
	if d.opts.AppID != "" && n.Text != d.opts.AppID {
		d.Error(fault.AppIdMismatch, n, "the app is "+document.Quote(n.Text)+", the bundle was sent to "+document.Quote(d.opts.AppID),
			"send it to "+n.Text+", or write "+d.opts.AppID+" here")
		return
	}
	a.ID = n.Text
}

// alias reads a field that has several spellings, of which one may be used.
func (d *decoder) alias(top *document.Record, names ...string) *document.Node {
	var found *document.Node
	var used string
	for _, name := range names {
		n := top.Field(name, document.Optional)
		switch {
		case n == nil:
		case found != nil:
			d.Error(fault.AliasConflict, n, name+" is another spelling of "+used+", which stands here too", "remove "+name)
		default:
			found, used = n, name
		}
	}
	return found
}

func flag(o *document.Record, name string) *bool {
	b, n := o.Bool(name, document.Optional)
	if n == nil {
		return nil
	}
	return &b
}

func (d *decoder) admins(top *document.Record, a *App) {
	items, list := top.ListOf("admins", d.opts.MaxAdmins, document.Optional)
	admins := document.Plain(top.Texts(items, anyText))
	switch {
	case len(admins) == 0:
	case d.opts.BundleAdmins:
		a.Admins = admins
	default:
		d.Warn(fault.AdminEmailIgnored, list, "admins are ignored: a bundle does not appoint those who run it",
			"remove admins, or have the operator set MOZAIKS_BUNDLE_ADMINS=true")
	}
}

func (d *decoder) features(top *document.Record, a *App) {
	o := top.Record("features", document.Optional)
	if o == nil {
		return
	}
	a.Features = map[string]bool{}
	for _, f := range o.Node.Fields {
		if b, n := o.Bool(f.Name, document.Optional); n != nil {
			a.Features[f.Name] = b
		}
	}
}

func (d *decoder) extra(top *document.Record, a *App) {
	o := top.Record("extra", document.Optional)
	if o == nil {
		return
	}
	before := d.Errors()
	walk(o.Node, func(n *document.Node) {
		if n.Kind == document.Float && (math.IsInf(n.Float, 0) || math.IsNaN(n.Float)) {
			d.Error(fault.Type, n, "the number is too large", "write a smaller one, or put it in quotes")
		}
	})
	extra, ok := canonical.Of(o.Node.Value())
	if !ok || d.Errors() > before {
		return
	}
	if size := len(canonical.Append(nil, extra)); size > d.opts.MaxExtra {
		d.Error(fault.Range, o.Node, fmt.Sprintf("extra has %d bytes as JSON, more than %d", size, d.opts.MaxExtra),
			fmt.Sprintf("leave at most %d bytes", d.opts.MaxExtra))
		return
	}
	a.Extra = extra.(map[string]any)
}
