package module

import (
	"path"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// trace is where a module says what later checks need: the binary's exports, and what other modules must know.
type trace struct {
	needed       []NeededExport
	sha256       origin   // of the digest that the manifest gives, or of what names the binary
	actionsAt    []origin // as Actions
	events       []origin
	reactions    []reactionOrigin
	capabilities []origin // as Capabilities
	granted      []origin // as Grants.Capabilities
	grants       []WrittenGrant
	targets      []origin      // as Capabilities
	runs         []namedOrigin // workflows that grants name
	gates        []namedOrigin // of actions
	subscribed   []subscription
	audience     []namedOrigin // permissions of audiences
	paths        []pathUse
	pages        []namedOrigin // of panels of the admin shell
	actions      []actionUse   // of other modules
	known        known         // what tests refer to
	partial      bool          // events or capabilities are broken, so that what is not among them may be meant to be
}

// origin is a place in a module's folder.
type origin struct {
	File   string
	Line   int
	Column int
	Path   string
}

// NeededExport is a function that a declaration asks of the binary, with the place of the first that does.
type NeededExport struct {
	Name    string
	File    string // inside the module's folder
	Line    int
	Column  int
	Path    string // JSONPath
	Account bool   // account_export or account_erase: lacking it is ACCOUNT_DATA_MISSING, of any other HANDLER_METHOD_MISSING
}

// reactionOrigin is what cycles and targets of a reaction need; its index is that of Reactions.
type reactionOrigin struct {
	event, target origin
}

// subscription is a declared interest in an event, of a reaction or a rule.
type subscription struct {
	event string
	at    origin
}

type namedOrigin struct {
	name string
	at   origin
}

// pathUse is a payload path that a reaction or a rule reads of an event.
type pathUse struct {
	event    string
	producer string
	path     string
	at       origin
}

// actionUse is an action of another module that a panel names.
type actionUse struct {
	module, action string
	at             origin
}

func originOf(r *document.Reader, n *document.Node) origin {
	return origin{File: r.File(), Line: n.Line, Column: n.Column, Path: n.Path}
}

// finding makes a finding at the place, in the module's folder dir ("" for paths inside it).
func (o origin) finding(severity diagnostic.Severity, code fault.Code, dir, message, hint string) diagnostic.Finding {
	return diagnostic.Finding{Code: code, Severity: severity, File: path.Join(dir, o.File), Line: o.Line, Column: o.Column,
		Path: o.Path, Message: message, Hint: hint}
}

// NeededExports answers each distinct function that the declarations ask of the binary, in the order of their declaration.
func (m *Module) NeededExports() []NeededExport { return m.trace.needed }

// Need adds a function that a further declaration asks of the binary.
func (m *Module) Need(e NeededExport) {
	for _, n := range m.trace.needed {
		if n.Name == e.Name {
			return
		}
	}
	m.trace.needed = append(m.trace.needed, e)
}

func (m *Module) need(r *document.Reader, n *document.Node, name string, account bool) {
	o := originOf(r, n)
	m.Need(NeededExport{Name: name, File: o.File, Line: o.Line, Column: o.Column, Path: o.Path, Account: account})
}
