package app

import (
	"regexp"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// expansion is what a shell or a template would take from the environment: ${NAME}, ${NAME:-default}.
var expansion = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*(?::?[-=?+][^}]*)?\}`)

// withoutExpansion adds ENV_EXPANSION for each text that waits for a variable of the environment, and leaves out what else
// was found about that text, which would be judged by its placeholder.
func withoutExpansion(file string, top *document.Node, findings []diagnostic.Finding) []diagnostic.Finding {
	r := document.NewReader(file, document.Limits{})
	waiting := map[string]bool{}
	walk(top, func(n *document.Node) {
		if n.Kind != document.String {
			return
		}
		if name := expansion.FindString(n.Text); name != "" {
			waiting[n.Path] = true
			r.Error(fault.EnvExpansion, n, document.Quote(name)+" would be taken from the host's environment, which a bundle never sees",
				"write the value itself, or declare a setting or a secret")
		}
	})
	out := r.Findings()
	for _, f := range findings {
		if !waiting[f.Path] {
			out = append(out, f)
		}
	}
	return out
}

// walk visits a value and all that lies in it.
func walk(n *document.Node, visit func(*document.Node)) {
	visit(n)
	for _, v := range n.Items {
		walk(v, visit)
	}
	for _, f := range n.Fields {
		walk(f.Value, visit)
	}
}
