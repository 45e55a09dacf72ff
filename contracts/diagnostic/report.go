package diagnostic

import "slices"

// DefaultMaxFindings is Report.MaxFindings where it is 0.
const DefaultMaxFindings = 500

// Report is what a check says of modules, or of a whole app.
type Report struct {
	Modules  []ModuleResult
	Findings []Finding
	// MaxFindings is how many findings are written; the rest is counted, and the report says that it is cut. It bounds what a
	// machine-made module can make a log or a reply hold. MOZAIKS_CHECK_MAX_FINDINGS; defaults to 500.
	MaxFindings int
}

// ModuleResult is the verdict on one module.
type ModuleResult struct {
	ID     string `json:"id"`
	Dir    string `json:"dir"`
	Digest string `json:"digest"` // "" where the module could not be read whole
	OK     bool   `json:"ok"`
}

// Count answers how many of the findings are errors and how many warnings. Notes are neither.
func Count(findings []Finding) (errors, warnings int) {
	for _, f := range findings {
		switch f.Severity {
		case Error:
			errors++
		case Warning:
			warnings++
		}
	}
	return errors, warnings
}

// written answers the findings that are written, sorted, and whether some are left out. The report stays as it is: it may be
// written by several goroutines at once.
func (r *Report) written() (findings []Finding, truncated bool) {
	findings = slices.Clone(r.Findings)
	Sort(findings)
	most := r.MaxFindings
	if most <= 0 {
		most = DefaultMaxFindings
	}
	if len(findings) > most {
		return findings[:most], true
	}
	return findings, false
}
