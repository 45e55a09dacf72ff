package modules

import "github.com/mozaiks/mozaiks/contracts/diagnostic"

// ContractSchema names the form of what Contract answers.
const ContractSchema = "mozaiks.inspect.v1"

// Contract answers the effective contract of the module: its declarations with defaults filled in, what its binary imports and exports,
// its digest, and what the check found. It is written as JSON.
func (c *Candidate) Contract() map[string]any {
	out := map[string]any{"schema_version": ContractSchema, "ok": c.OK(), "digest": c.Module.Digest, "dir": c.Dir, "tests": len(c.Tests),
		"diagnostics": append([]diagnostic.Finding{}, c.Findings...)}
	for name, v := range c.Module.Effective() {
		out[name] = v
	}
	if c.Inspection != nil {
		out["binary"] = c.Inspection
	}
	return out
}
