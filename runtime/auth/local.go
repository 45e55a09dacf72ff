package auth

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Local is development access: no tokens, loopback only. Every request is judged by itself; a proxy, a foreign host name or a
// page of another origin is refused.
type Local struct{}

// Mode answers local.
func (Local) Mode() string { return "local" }

// Headers that make a persona: that user, with only what is given.
const personaPrefix = "Mozaiks-Dev-"

// Authenticate answers the developer, or the persona that the headers describe.
func (Local) Authenticate(r *http.Request) (*Principal, error) {
	if rule, cure := refusedBy(r); rule != "" {
		return nil, fault.New(fault.LocalOnly, "development access is for this machine only").
			WithHint(cure).WithDetails(map[string]any{"rule": rule})
	}
	persona := false
	for name := range r.Header {
		persona = persona || strings.HasPrefix(name, personaPrefix)
	}
	if !persona {
		return &Principal{Kind: Development, Provenance: LocalDevelopment, UserID: "dev-user", Tenant: "main",
			Roles: []string{}, Scopes: []string{}}, nil
	}
	p := &Principal{Kind: Development, Provenance: DevOverride,
		UserID: r.Header.Get(personaPrefix + "User-Id"),
		Email:  r.Header.Get(personaPrefix + "Email"), Name: r.Header.Get(personaPrefix + "Name"),
		Tenant: r.Header.Get(personaPrefix + "Tenant-Id"), Workspace: r.Header.Get(personaPrefix + "Workspace-Id"),
		Roles: words(r.Header.Get(personaPrefix + "Roles")), Scopes: words(r.Header.Get(personaPrefix + "Scopes"))}
	if p.Tenant == "" {
		return nil, fault.New(fault.TenantMissing, "the persona names no tenant").
			WithHint("send Mozaiks-Dev-Tenant-Id")
	}
	if !ValidID(p.Tenant) {
		return nil, fault.New(fault.InvalidHeader, "Mozaiks-Dev-Tenant-Id has a bad form")
	}
	if p.Workspace != "" && !ValidID(p.Workspace) {
		return nil, fault.New(fault.InvalidHeader, "Mozaiks-Dev-Workspace-Id has a bad form")
	}
	if len(p.UserID) > 255 || strings.ContainsFunc(p.UserID, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return nil, fault.New(fault.InvalidHeader, "Mozaiks-Dev-User-Id has a bad form")
	}
	return p, nil
}

// words splits a header's list at commas and blanks.
func words(s string) []string {
	return set(strings.FieldsFunc(s, func(c rune) bool { return c == ',' || c == ' ' }))
}

// refusedBy names the first rule of development access that the request breaks, with its cure.
func refusedBy(r *http.Request) (rule, cure string) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().WithZone("").IsLoopback() {
		return "peer", "call from the machine that the host runs on, or configure an identity provider"
	}
	for name := range r.Header {
		if name == "Forwarded" || strings.HasPrefix(name, "X-Forwarded-") || name == "X-Real-Ip" || name == "Via" {
			return "forwarded", "call the host without a proxy"
		}
	}
	if !localName(hostOnly(r.Host)) {
		return "host", "use localhost or a loopback address in the URL"
	}
	if origins := r.Header.Values("Origin"); len(origins) > 0 {
		u, err := url.Parse(origins[0])
		if len(origins) > 1 || err != nil || u.Scheme != "http" && u.Scheme != "https" || !localName(u.Hostname()) {
			return "origin", "open the page from a loopback address"
		}
	} else if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "none" && site != "same-origin" && site != "same-site" {
		return "fetch-site", "open the page from a loopback address"
	}
	return "", ""
}

func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}

// localName takes localhost, its subdomains and canonical loopback literals; one final dot is allowed.
func localName(name string) bool {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.Unmap().IsLoopback() && addr.Zone() == "" && addr.String() == name
}
