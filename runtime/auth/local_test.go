package auth

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

func request(t *testing.T, change func(*http.Request)) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/api/whoami", nil)
	r.RemoteAddr, r.Host = "127.0.0.1:50000", "localhost:8080"
	if change != nil {
		change(r)
	}
	return r
}

func TestDevelopmentAccessIsForThisMachineOnly(t *testing.T) {
	t.Parallel()
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = []string{value} }
	}
	host := func(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }
	peer := func(a string) func(*http.Request) { return func(r *http.Request) { r.RemoteAddr = a } }
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		rule   string // "" = let in
	}{
		{"IPv4 loopback", nil, ""},
		{"IPv6 loopback", peer("[::1]:4000"), ""},
		{"IPv4 mapped into IPv6", peer("[::ffff:127.0.0.1]:4000"), ""},
		{"another machine", peer("192.168.0.7:4000"), "peer"},
		{"no address", peer("@"), "peer"},
		{"a proxy's header", header("X-Forwarded-For", "127.0.0.1"), "forwarded"},
		{"an empty proxy header", header("Forwarded", ""), "forwarded"},
		{"X-Real-IP", header("X-Real-IP", "127.0.0.1"), "forwarded"},
		{"Via", header("Via", "1.1 x"), "forwarded"},
		{"a name below localhost", host("desk.localhost:8080"), ""},
		{"a final dot", host("localhost."), ""},
		{"a literal", host("127.0.0.1:8080"), ""},
		{"an IPv6 literal", host("[::1]:8080"), ""},
		{"a foreign name", host("example.com"), "host"},
		{"a name that only ends so", host("evillocalhost"), "host"},
		{"0.0.0.0", host("0.0.0.0:8080"), "host"},
		{"a short literal", host("127.1"), "host"},
		{"a decimal literal", host("2130706433"), "host"},
		{"an octal literal", host("0177.0.0.1"), "host"},
		{"a page of this machine", header("Origin", "http://localhost:3000"), ""},
		{"a foreign page", header("Origin", "https://example.com"), "origin"},
		{"a sandboxed page", header("Origin", "null"), "origin"},
		{"a file", header("Origin", "file://localhost"), "origin"},
		{"typed into the browser", header("Sec-Fetch-Site", "none"), ""},
		{"a foreign page without Origin", header("Sec-Fetch-Site", "cross-site"), "fetch-site"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := Local{}.Authenticate(request(t, c.change))
			if c.rule == "" {
				if err != nil || p.UserID != "dev-user" || p.Tenant != "main" || p.Provenance != LocalDevelopment {
					t.Fatalf("got %+v, %v", p, err)
				}
				return
			}
			if code := fault.CodeOf(err); code != fault.LocalOnly {
				t.Fatalf("got %v, want LOCAL_ONLY", err)
			}
			if rule := fault.From(err).Details["rule"]; rule != c.rule {
				t.Errorf("refused by %v, want %s", rule, c.rule)
			}
		})
	}
}

func TestAPersonaHasOnlyWhatItIsGiven(t *testing.T) {
	t.Parallel()
	p, err := Local{}.Authenticate(request(t, func(r *http.Request) {
		r.Header.Set("Mozaiks-Dev-User-Id", "u-7")
		r.Header.Set("Mozaiks-Dev-Tenant-Id", "acme")
		r.Header.Set("Mozaiks-Dev-Scopes", "b a, a")
	}))
	if err != nil {
		t.Fatal(err)
	}
	if p.UserID != "u-7" || p.Tenant != "acme" || p.Provenance != DevOverride || !slices.Equal(p.Scopes, []string{"a", "b"}) ||
		len(p.Roles) != 0 {
		t.Errorf("got %+v", p)
	}
}

func TestAPersonaIsCheckedLikeAToken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header, value string
		code          fault.Code
	}{
		"no tenant":              {"Mozaiks-Dev-User-Id", "u", fault.TenantMissing},
		"a tenant called *":      {"Mozaiks-Dev-Tenant-Id", "*", fault.InvalidHeader},
		"a tenant with two dots": {"Mozaiks-Dev-Tenant-Id", "a..b", fault.InvalidHeader},
		"a tenant with a slash":  {"Mozaiks-Dev-Tenant-Id", "a/b", fault.InvalidHeader},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Local{}.Authenticate(request(t, func(r *http.Request) { r.Header.Set(c.header, c.value) }))
			if code := fault.CodeOf(err); code != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func TestAClosedHostGrantsNothing(t *testing.T) {
	t.Parallel()
	_, err := Closed{}.Authenticate(request(t, func(r *http.Request) { r.Header.Set("Mozaiks-Dev-Tenant-Id", "acme") }))
	if code := fault.CodeOf(err); code != fault.AuthNotConfigured {
		t.Errorf("got %v", err)
	}
}
