package diagnostic

// Report is what a check says of modules and files.
type Report struct {
	Modules  []ModuleResult
	Findings []Finding
	// MaxFindings is how many findings are written (MOZAIKS_CHECK_MAX_FINDINGS). Defaults to 500.
	MaxFindings int
}

// ModuleResult is the verdict on one module.
type ModuleResult struct {
	ID     string `json:"id"`
	Dir    string `json:"dir"`
	Digest string `json:"digest"` // "" where the module could not be read whole
	OK     bool   `json:"ok"`
}

// Count answers how many of the findings are errors and how many warnings.
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

// written answers the findings that are written, sorted, and whether some are left out.
func (r *Report) written() ([]Finding, bool) {
	limit := r.MaxFindings
	if limit <= 0 {
		limit = 500
	}
	Sort(r.Findings)
	return r.Findings[:min(len(r.Findings), limit)], len(r.Findings) > limit
}
