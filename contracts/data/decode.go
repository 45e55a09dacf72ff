package data

import (
	"fmt"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

const moduleKind = "module"

// optional is what every optional key of a contract is: null counts as absent.
const optional = document.Nullable

// Decode reads the data contract of the app appID, whose modules are those named, and answers everything that is wrong with
// it at once, sorted. The contract is nil where the file cannot be read at all; what is broken in it is left out or has its
// default, so it is for use only where no finding is an error.
func Decode(raw []byte, appID string, modules []string, opts Options) (*Contract, []diagnostic.Finding) {
	opts = opts.withDefaults()
	d := &decoder{Reader: document.NewReader(opts.File, opts.limits()), opts: opts, modules: modules,
		contract: &Contract{AppID: appID}, places: map[*Collection]place{}, meanings: map[string]map[string]*Collection{},
		granted: map[granted]bool{}}
	top := d.JSON(raw)
	if top == nil || !d.version(top) {
		return nil, d.Findings()
	}
	d.top(top)
	d.contract.settle()
	findings := d.Findings()
	diagnostic.Sort(findings)
	return d.contract, findings
}

type decoder struct {
	*document.Reader
	opts     Options
	modules  []string
	contract *Contract
	places   map[*Collection]place
	meanings map[string]map[string]*Collection // what each name means to each module
	granted  map[granted]bool                  // what is granted, and whether for reading alone
	count    int                               // of collections
	// incomplete is set once an owner or a collection could not be read by name: then nothing is reported for not being there.
	incomplete bool
}

func (d *decoder) version(top *document.Record) bool {
	if n := top.Node.Get("schema_version"); n != nil && n.Kind == document.Null {
		top.Know("schema_version")
		return true
	}
	_, ok := top.Version(document.Optional, SchemaVersion)
	return ok
}

func (d *decoder) top(top *document.Record) {
	d.contract.Version, _ = top.String("version", document.Text(200), document.Required)
	if id, n := top.String("app_id", document.Text(200), optional); n != nil && id != d.contract.AppID {
		d.Error(fault.DataAppMismatch, n,
			"the contract is of the app "+document.Quote(id)+", this app is "+document.Quote(d.contract.AppID), "write "+d.contract.AppID+", or remove app_id")
	}
	d.surfaces(top)
	d.names()
	d.aliases(top)
	d.grants(top)
	d.policies(top)
	if n := top.Field("entities", optional); n != nil && (n.Kind != document.List && n.Kind != document.Object || len(n.Items)+len(n.Fields) > 0) {
		d.Error(fault.DataLegacyField, n, "entities are an older form that is not read any more",
			"move them to surfaces[].collections, and remove entities")
	}
	top.Know("metadata_kind", "artifact_version_id", "documented_alias_exclusions")
	top.Close()
}

func (d *decoder) policies(top *document.Record) {
	n := top.Field("policies", optional)
	if n == nil || (n.Kind == document.List && len(n.Items) == 0) {
		return
	}
	o := d.Record(n)
	o.String("default_scope_field", document.Enum("app_id"), optional)
	d.contract.AllowDestructive, _ = o.Bool("allow_destructive_migrations", optional)
	o.Close()
}

func (d *decoder) surfaces(top *document.Record) {
	kinds, ids := map[string]string{}, map[string]*document.Node{}
	items, list := top.List("surfaces", document.Required)
	d.incomplete = list == nil
	for _, item := range items {
		o := d.Record(item)
		id, n := o.String("surface_id", document.Text(128), document.Required)
		kind, k := o.String("surface_kind", document.Text(128), document.Required)
		known := n != nil && k != nil
		if !known {
			d.incomplete = true
		} else if first, again := kinds[id]; again && first != kind {
			d.Error(fault.DataSurfaceUnknown, k, document.Quote(id)+" was of kind "+document.Quote(first)+" before",
				"give one of the two surfaces another surface_id")
		} else if d.Unique(ids, n, "surface_id") {
			kinds[id] = kind
			d.checkModule(n, kind)
		}
		d.collections(o, surface{id: id, kind: kind, known: known})
		o.Close()
	}
}

func (d *decoder) checkModule(n *document.Node, kind string) {
	if kind == moduleKind && !slices.Contains(d.modules, n.Text) {
		d.incomplete = true
		d.Error(fault.DataSurfaceUnknown, n, "there is no module "+document.Quote(n.Text)+" in this app",
			d.meant(n.Text, d.modules, "write the id of a module of this app"))
	}
}

// surface is the owner of collections.
type surface struct {
	id, kind string
	known    bool // both could be read
}

func (d *decoder) collections(o *document.Record, s surface) {
	items, list := o.List("collections", document.Required)
	d.incomplete = d.incomplete || list == nil
	for _, n := range items {
		d.count++
		if d.count == d.opts.MaxCollections+1 {
			d.tooMany(n, "collections", d.opts.MaxCollections, "an app")
		}
		if d.count > d.opts.MaxCollections {
			d.incomplete = true
			return
		}
		if e := d.Record(n); e != nil {
			d.collection(e, s)
		} else {
			d.incomplete = true
		}
	}
}

// tooMany reports the first thing beyond a limit; what comes behind it is not read.
func (d *decoder) tooMany(n *document.Node, what string, most int, where string) {
	d.Error(fault.DataLimit, n, fmt.Sprintf("more than %d %s in %s", most, what, where), fmt.Sprintf("leave at most %d", most))
}

// meant answers a hint that names the nearest of known. Looking for it costs more than anything else here, so a contract of a
// stranger gets it for as many errors as a report shows, and then only the plain hint.
func (d *decoder) meant(name string, known []string, otherwise string) string {
	if d.Errors() >= diagnostic.DefaultMaxFindings {
		return otherwise
	}
	return document.DidYouMean(name, known, otherwise)
}

// note reports what the author may want to know, and need not change.
func (d *decoder) note(code fault.Code, n *document.Node, message, hint string) {
	d.Add(diagnostic.Finding{Code: code, Severity: diagnostic.Note, File: d.File(), Line: n.Line, Column: n.Column, Path: n.Path,
		Message: message, Hint: hint})
}

// notBuilt reports a declaration that this host cannot hold its promise of.
func (d *decoder) notBuilt(n *document.Node, what string) {
	d.Error(fault.NotInThisBuild, n, what+" is not enforced by this build", "remove it")
}
