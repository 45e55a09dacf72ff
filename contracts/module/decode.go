package module

import (
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/schema"
)

// The declarations that Decode reads, by their paths in a module's folder.
const (
	ManifestFile      = "module.yaml"
	EventsFile        = "contracts/events.yaml"
	ReactionsFile     = "contracts/reactions.yaml"
	NotificationsFile = "contracts/notifications.yaml"
	SettingsFile      = "contracts/settings.yaml"
	AdminFile         = "contracts/admin.yaml"
	ProfileFile       = "contracts/profile.yaml"
	RelationshipsFile = "contracts/relationships.yaml"
	PolicyHooksFile   = "contracts/policy_hooks.yaml"
	ExtensionsFile    = "runtime_extensions.yaml"
)

// Decode reads a module's declarations: files holds their contents by path inside the folder of that name. A file that is
// there but could not be read has a nil content; it is not reported again, and nothing is said to be missing from it. All
// findings come together, sorted; File in them is the path inside the folder. The module is nil where the manifest could not
// be read at all; with errors among the findings it is fit for further checks, not for use.
func Decode(files map[string][]byte, folder string, opts Options) (*Module, []diagnostic.Finding) {
	d := &decoder{files: files, folder: folder, opts: opts.withDefaults(), module: &Module{}}
	manifest := d.manifest()
	d.events()
	d.reactions()
	d.notifications()
	d.settings()
	d.extensions()
	d.admin()
	d.profile()
	d.relationships()
	d.policyHooks()
	d.references()
	var findings []diagnostic.Finding
	for _, r := range d.readers {
		findings = append(findings, r.Findings()...)
	}
	d.module.trace.known = d.known
	d.module.trace.partial = d.known.events.broken || !d.known.capabilities
	if manifest {
		findings = append(findings, d.module.checkOwn()...)
	}
	diagnostic.Sort(findings)
	if !manifest {
		return nil, findings
	}
	return d.module, findings
}

// decoder is one reading of a module's declarations.
type decoder struct {
	files   map[string][]byte
	folder  string
	opts    Options
	module  *Module
	readers []*document.Reader
	known   known
	refs    []func() // what is checked when all files are read

	patterns  int // instructions of the patterns in all schemas
	suggested int
}

// known are the lists that declarations refer to.
type known struct {
	permissions, actions, events, notifications, extensions, settings, reactions list
	granted                                                                      bool // the manifest's grants could be read
	capabilities                                                                 bool // the list of capabilities is sound
	id                                                                           bool // the module's id could be read
}

// list is what one list declares. While an entry is broken nothing is reported for not being in the list.
type list struct {
	names  []string
	broken bool
}

func (l *list) has(name string) bool {
	for _, n := range l.names {
		if n == name {
			return true
		}
	}
	return false
}

// lacks tells whether the list is sound and has no such entry.
func (l *list) lacks(name string) bool { return !l.broken && !l.has(name) }

// open begins the reading of a file. The object is nil where there is nothing to read; sound says whether that is because
// nothing was declared.
func (d *decoder) open(file string, need document.Need, versions ...string) (top *document.Record, sound bool) {
	data, there := d.files[file]
	if !there {
		return nil, true
	}
	if data == nil {
		return nil, false
	}
	r := document.NewReader(file, d.opts.Limits)
	d.readers = append(d.readers, r)
	top = r.YAML(data)
	if _, ok := top.Version(need, versions...); !ok {
		return nil, false
	}
	return top, true
}

// entries reads a list of objects of a companion, and tells whether no error was found in it.
func entries(top *document.Record, name string, read func(i int, o *document.Record)) (sound bool) {
	before := top.Reader().Errors()
	for i, o := range top.Records(name, document.Optional) {
		read(i, o)
	}
	return top.Reader().Errors() == before
}

// schema reads a JSON Schema field.
func (d *decoder) schema(o *document.Record, name string, need document.Need, objectRoot bool) *schema.Schema {
	n := o.Field(name, need)
	if n == nil {
		return nil
	}
	s, findings := schema.Compile(n, schema.Options{ObjectRoot: objectRoot, Limits: d.opts.Schema, Patterns: &d.patterns})
	for _, f := range findings {
		f.File = o.Reader().File()
		o.Reader().Add(f)
	}
	return s
}

// permissions reads a list of permissions, each of which must be declared.
func (d *decoder) permissions(o *document.Record) []string {
	nodes, _ := o.Strings("permissions", document.Token, document.Nullable)
	for _, n := range nodes {
		d.later(func() {
			if d.known.permissions.lacks(n.Text) {
				o.Reader().Error(fault.PermissionUndeclared, n, n.Text+" is not in permissions of "+ManifestFile,
					d.suggest(n.Text, d.known.permissions.names, "add it to permissions in "+ManifestFile))
			}
		})
	}
	return document.Plain(nodes)
}

// later puts off a check until all files are read.
func (d *decoder) later(check func()) { d.refs = append(d.refs, check) }

func (d *decoder) references() {
	for _, check := range d.refs {
		check()
	}
	d.module.resolve()
}

// maxSuggestions is how many names are searched for what they were meant to be. Whoever has more wrong is not helped by a
// further guess, and each costs a comparison with every known name.
const maxSuggestions = 200

// suggest answers a hint that names the nearest of known, or else the text given.
func (d *decoder) suggest(name string, known []string, otherwise string) string {
	if d.suggested++; d.suggested > maxSuggestions {
		return otherwise
	}
	return document.DidYouMean(name, known, otherwise)
}
