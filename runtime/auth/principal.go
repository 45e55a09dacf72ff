// Package auth turns a request into a principal: who is asking, for which tenant, and how that was proven. What a permission
// means is not decided here.
package auth

import (
	"net/http"
	"regexp"
	"slices"
)

// Kind says what sort of caller a principal is.
type Kind string

// The kinds of principals.
const (
	User        Kind = "user"
	Service     Kind = "service"
	Development Kind = "development"
	Anonymous   Kind = "anonymous"
	System      Kind = "system"
)

// Provenance says how a principal was proven. Only TokenValidated is ever called authenticated.
type Provenance string

// The ways in which a principal is proven; set at one place each.
const (
	TokenValidated   Provenance = "token_validated"
	LocalDevelopment Provenance = "local_development"
	DevOverride      Provenance = "dev_override"
	IsAnonymous      Provenance = "anonymous"
	IsSystem         Provenance = "system"
)

// Principal is who is asking. Its fields are never taken from a request's body, query or a guest.
type Principal struct {
	Kind       Kind       `json:"kind"`
	Provenance Provenance `json:"auth_provenance"`
	Provider   string     `json:"provider,omitempty"`
	ClientID   string     `json:"client_id,omitempty"`
	UserID     string     `json:"user_id,omitempty"`
	Email      string     `json:"email,omitempty"`
	Name       string     `json:"name,omitempty"`
	Roles      []string   `json:"roles"`
	Scopes     []string   `json:"scopes"`
	Tenant     string     `json:"tenant_id,omitempty"`
	Workspace  string     `json:"workspace_id,omitempty"`
}

// Development tells whether the principal comes from development access, which is never authenticated.
func (p *Principal) Development() bool {
	return p.Provenance == LocalDevelopment || p.Provenance == DevOverride
}

// Authenticator answers the principal of a request, or a *fault.Error.
type Authenticator interface {
	Authenticate(r *http.Request) (*Principal, error)
	// Mode names the posture: oidc, local or closed.
	Mode() string
}

// idPattern is the form of ids of apps, tenants and workspaces.
var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$`)

// ValidID tells whether s may be the id of an app, tenant or workspace.
func ValidID(s string) bool {
	if !idPattern.MatchString(s) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if s[i] == '.' && s[i-1] == '.' {
			return false
		}
	}
	return true
}

// set sorts and removes what stands twice.
func set(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}
