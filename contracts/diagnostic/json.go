package diagnostic

import (
	"encoding/json"
	"io"
)

// SchemaVersion names the form of a report that WriteJSON writes.
const SchemaVersion = "mozaiks.check.v1"

// document is a report on its way out; the order of fields is that of the bytes.
type document struct {
	SchemaVersion string         `json:"schema_version"`
	OK            bool           `json:"ok"`
	Errors        int            `json:"errors"`
	Warnings      int            `json:"warnings"`
	Truncated     bool           `json:"truncated"`
	Modules       []ModuleResult `json:"modules"`
	Diagnostics   []Finding      `json:"diagnostics"`
}

// WriteJSON writes the report for programs, as mozaiks.check.v1. The counts are of all findings, also of those that were
// left out. Equal reports give equal bytes.
func WriteJSON(w io.Writer, r *Report) error {
	d := document{SchemaVersion: SchemaVersion, Modules: r.Modules}
	d.Errors, d.Warnings = Count(r.Findings)
	d.OK = d.Errors == 0
	d.Diagnostics, d.Truncated = r.written()
	if d.Modules == nil {
		d.Modules = []ModuleResult{}
	}
	if d.Diagnostics == nil {
		d.Diagnostics = []Finding{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}
