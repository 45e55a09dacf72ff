package module

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// grants reads what the binary may import. Without the field a module has data and events, within its own declared walls.
func (d *decoder) grants(top *document.Record) {
	g := &d.module.Grants
	n := top.Field("grants", document.Optional)
	if n == nil {
		g.Data, g.Events, d.known.granted = "write", true, true
		return
	}
	r := top.Reader()
	before := r.Errors()
	o := r.Record(n)
	g.Data, _ = o.String("data", document.Enum("read", "write"), document.Optional)
	g.Events, _ = o.Bool("events", document.Optional)
	g.Notify, _ = o.Bool("notify", document.Optional)
	g.Capabilities = d.grantList(o, "capabilities", document.Token)
	g.Runs = d.grantList(o, "runs", document.Text(200))
	g.Secrets = d.grantList(o, "secrets", document.Token)
	d.httpGrant(o.Record("http", document.Optional))
	d.aiGrant(o.Record("ai", document.Optional))
	o.Close()
	d.known.granted = r.Errors() == before
	g.Written = map[string]bool{}
	for _, name := range []string{"data", "events", "notify", "capabilities", "runs", "http", "ai", "secrets"} {
		if g.Allows(name) {
			g.Written[name] = true
			d.module.trace.grants = append(d.module.trace.grants, WrittenGrant{name, originOf(r, n.Get(name))})
		}
	}
}

// WrittenGrant is a grant that the manifest gives in words, and where.
type WrittenGrant struct {
	Name string
	at   origin
}

// WrittenGrants answers the grants that the manifest gives in words, unless they are reported as unused already.
func (m *Module) WrittenGrants() []WrittenGrant { return m.trace.grants }

// Finding makes a warning about the grant, with the path inside the module's folder.
func (g *WrittenGrant) Finding(code fault.Code, message, hint string) diagnostic.Finding {
	return g.at.finding(diagnostic.Warning, code, "", message, hint)
}

// grantList reads a list that opens an operation even where it is empty: nil only where it is absent.
func (d *decoder) grantList(o *document.Record, name string, form document.Form) []string {
	nodes, list := o.Strings(name, form, document.Optional)
	if list == nil {
		return nil
	}
	for _, n := range nodes {
		switch at := originOf(o.Reader(), n); name {
		case "capabilities":
			d.module.trace.granted = append(d.module.trace.granted, at)
		case "runs":
			d.module.trace.runs = append(d.module.trace.runs, namedOrigin{n.Text, at})
		}
	}
	return document.Plain(nodes)
}

func (d *decoder) httpGrant(o *document.Record) {
	if o == nil {
		return
	}
	hosts, _ := o.Strings("hosts", grantHost, document.Required)
	methods, list := o.Strings("methods", document.Enum("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"), document.NonEmpty)
	h := &HTTPGrant{Hosts: document.Plain(hosts), Methods: document.Plain(methods)}
	if list == nil {
		h.Methods = []string{"GET"}
	}
	d.module.Grants.HTTP = h
	o.Close()
}

func (d *decoder) aiGrant(o *document.Record) {
	if o == nil {
		return
	}
	models, _ := o.Strings("models", document.Token, document.Required)
	a := &AIGrant{Models: document.Plain(models), MaxTokens: 4096}
	if tokens, n := o.Int("max_tokens", 1, 200_000, document.Optional); n != nil {
		a.MaxTokens = int(tokens)
	}
	d.module.Grants.AI = a
	o.Close()
}

// dnsName is two labels or more, the last of them not a number, so that no IP address is a name.
var dnsName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*$`)

// grantHost judges a host: a lower-case DNS name, *. before it for one label or more, :port behind it.
func grantHost(s string) (fault.Code, string, string) {
	if code, message, hint := document.Text(longText - 1)(s); code != "" {
		return code, message, hint
	}
	name, port, ported := strings.Cut(s, ":")
	number, err := strconv.Atoi(port)
	badPort := ported && (err != nil || number < 1 || number > 65535 || strconv.Itoa(number) != port)
	name = strings.TrimPrefix(name, "*.")
	last := name[strings.LastIndexByte(name, '.')+1:]
	if badPort || len(name) > 253 || !dnsName.MatchString(name) || len(last) > 63 || strings.HasPrefix(last, "-") || strings.HasSuffix(last, "-") {
		return fault.GrantHost, document.Quote(s) + " is not a host that can be granted",
			"write a lower-case DNS name such as api.example.com, *.example.com or api.example.com:8443, without scheme or path"
	}
	return "", "", ""
}

// unusedGrants warns of grants that nothing could use, since only an external action may.
func (d *decoder) unusedGrants(top *document.Record) {
	o := top.Node.Get("grants")
	if o == nil || !d.known.granted {
		return
	}
	d.later(func() {
		if d.known.actions.broken || d.externalExtension() {
			return
		}
		for i := range d.module.Actions {
			if d.module.Actions[i].Effects == External {
				return
			}
		}
		for _, name := range []string{"http", "ai"} {
			if n := o.Get(name); n != nil {
				d.module.trace.grants = slices.DeleteFunc(d.module.trace.grants, func(g WrittenGrant) bool { return g.Name == name })
				top.Reader().Warn(fault.GrantUnused, n, name+" is granted, but no action is external", "give the action that needs it effects: external, or remove the grant")
			}
		}
	})
}
