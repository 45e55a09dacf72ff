package module

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// longText is the length of texts that may hold line breaks.
const longText = 2000

var kinds = []string{"standard", "messaging", "workflow", "event_pipeline", "transactional", "billing", "membership", "entitlement_dispatch"}

// manifest reads module.yaml and tells whether it could be read.
func (d *decoder) manifest() bool {
	if _, there := d.files[ManifestFile]; !there {
		r := document.NewReader(ManifestFile, d.opts.Limits)
		d.readers = append(d.readers, r)
		r.Add(missingManifest())
	}
	k := &d.known
	top, _ := d.open(ManifestFile, document.Required, "mozaiks.module.v1")
	if top == nil {
		k.permissions.broken, k.actions.broken = true, true
		return false
	}
	d.identity(top.Record("module", document.Required))
	d.grants(top)
	d.limits(top.Record("limits", document.Optional))
	k.permissions.broken = !entries(top, "permissions", d.permission(map[string]*document.Node{}))
	k.actions.broken = !entries(top, "actions", d.action(map[string]*document.Node{}))
	k.capabilities = entries(top, "capabilities", d.capability(map[string]*document.Node{}))
	d.unusedGrants(top)
	top.Close()
	return true
}

func missingManifest() diagnostic.Finding {
	return diagnostic.Finding{Code: fault.FileMissing, Severity: diagnostic.Error, File: ManifestFile, Path: "$",
		Message: "the folder has no " + ManifestFile, Hint: "add " + ManifestFile + " with schema_version: mozaiks.module.v1"}
}

// reservedIDs are names of the host itself.
var reservedIDs = []string{"mozaiks", "platform", "runtime", "host", "system"}

func (d *decoder) moduleID(s string) (fault.Code, string, string) {
	if code, message, hint := document.Name(s); code != "" {
		return code, message, hint
	}
	if slices.Contains(reservedIDs, s) {
		return fault.IdReserved, s + " is a name of the host itself", "choose another id, and rename the folder to it"
	}
	if s != d.folder {
		return fault.IdFolderMismatch, s + " is not the folder's name, " + document.Quote(d.folder), "write id: " + document.Quote(d.folder) + ", or rename the folder"
	}
	return "", "", ""
}

// semver is the expression that semver.org suggests for Semantic Versioning 2.0.0.
var semver = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)` +
	`(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?` +
	`(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$`)

func version(s string) (fault.Code, string, string) {
	if code, message, hint := document.Text(200)(s); code != "" {
		return code, message, hint
	}
	if !semver.MatchString(s) {
		return fault.VersionForm, document.Quote(s) + " is not a semantic version", "write three numbers: 1.0.0"
	}
	return "", "", ""
}

func (d *decoder) identity(o *document.Record) {
	if o == nil {
		return
	}
	m, r := d.module, o.Reader()
	text := document.Text(200)
	if id, n := o.String("id", d.moduleID, document.Required); n != nil {
		m.ID, d.known.id = id, true
	}
	m.DisplayName, _ = o.String("display_name", text, document.Nullable)
	m.Description, _ = o.String("description", document.Text(longText), document.Nullable)
	o.String("owner", text, document.Nullable)
	o.String("visibility", text, document.Nullable)
	m.Version, _ = o.String("version", version, document.Nullable)
	if m.Version == "" {
		m.Version = "1.0.0"
	}
	if m.Type, _ = o.String("type", document.Enum(kinds...), document.Optional); m.Type == "" {
		m.Type = "standard"
	}
	var scope *document.Node
	if m.AccountData, scope = o.Bool("user_data_scope", document.Optional); m.AccountData {
		m.need(r, scope, "account_export", true)
		m.need(r, scope, "account_erase", true)
	}
	d.binary(o)
	o.Close()
}

// binary reads what names the binary: handler, or backend.
func (d *decoder) binary(o *document.Record) {
	m, r := d.module, o.Reader()
	m.Backend.ABI = "mozaiks_v1"
	handler, backend := o.Field("handler", document.Optional), o.Field("backend", document.Optional)
	switch {
	case handler == nil && backend == nil:
		r.Error(fault.FieldMissing, o.Node, "neither handler nor backend names the binary", "add handler: backend."+document.Quote(d.folder)+":Module, for backend/"+document.Quote(d.folder)+".wasm")
	case backend == nil:
		m.trace.sha256 = originOf(r, handler)
		if r.String(handler, handlerEntry) {
			path, _, _ := strings.Cut(handler.Text, ":")
			m.Backend.File = entryFile(path)
		}
	case handler != nil && backend.Kind == document.Object:
		r.Error(fault.BackendAmbiguous, backend, "handler and backend both name the binary", "remove one of the two")
	default:
		d.longForm(r.Record(backend))
	}
}

func (d *decoder) longForm(o *document.Record) {
	if o == nil {
		return
	}
	m, r := d.module, o.Reader()
	file, n := o.String("file", backendFile, document.Required)
	if n != nil {
		m.Backend.File = file
		m.trace.sha256 = originOf(r, n)
	}
	if abi, n := o.String("abi", document.Enum("mozaiks_v1", "extism"), document.Optional); n != nil {
		m.Backend.ABI = abi
	}
	if sum, n := o.String("sha256", hexDigest, document.Nullable); n != nil {
		m.Backend.SHA256 = sum
		m.trace.sha256 = originOf(r, n)
	}
	o.Close()
}

func (d *decoder) limits(o *document.Record) {
	m, opts := d.module, &d.opts
	m.Limits = Limits{MemoryMB: opts.MemoryMB, Fuel: opts.Fuel, Timeout: opts.Timeout}
	if v, n := o.Int("memory_mb", 1, 4096, document.Optional); n != nil && ceiling(o, n, int64(opts.MemoryMaxMB), "MiB") {
		m.Limits.MemoryMB = int(v)
	}
	if v, n := o.Int("fuel", 10_000, 1_000_000_000_000, document.Optional); n != nil && ceiling(o, n, opts.FuelMax, "units of fuel") {
		m.Limits.Fuel = v
	}
	if v, n := o.Int("timeout_ms", 10, 600_000, document.Optional); n != nil && ceiling(o, n, opts.TimeoutMax.Milliseconds(), "ms") {
		m.Limits.Timeout = time.Duration(v) * time.Millisecond
	}
	o.Close()
}

// ceiling reports LIMIT_CEILING where more is asked for than the host gives.
func ceiling(o *document.Record, n *document.Node, most int64, unit string) bool {
	if n.Int <= most {
		return true
	}
	o.Reader().Error(fault.LimitCeiling, n, fmt.Sprintf("%d is more than this host gives: %d %s", n.Int, most, unit),
		fmt.Sprintf("ask for at most %d", most))
	return false
}

func (d *decoder) permission(seen map[string]*document.Node) func(int, *document.Record) {
	return func(_ int, o *document.Record) {
		id, n := o.String("id", document.Token, document.Required)
		text, _ := o.String("description", document.Text(longText), document.Required)
		if n != nil && o.Reader().Unique(seen, n, "id") {
			d.known.permissions.names = append(d.known.permissions.names, id)
			d.module.Permissions = append(d.module.Permissions, Permission{ID: id, Description: text})
		}
		o.Close()
	}
}
