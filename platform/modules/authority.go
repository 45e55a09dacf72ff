package modules

import (
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/runtime/auth"
)

// AuthorityKind says by what right an invocation runs. The host builds it from the surface; no input can name one.
type AuthorityKind string

// The kinds of authority of this build.
const (
	AuthenticatedUser AuthorityKind = "authenticated_user"
	PublicHTTP        AuthorityKind = "public_http"
	LocalDevelopment  AuthorityKind = "local_development"
	EventReaction     AuthorityKind = "event_reaction"
	AppInternal       AuthorityKind = "app_internal"
	FrameworkInternal AuthorityKind = "framework_internal"
)

// Authority is what an invocation may do, and why.
type Authority struct {
	Kind  AuthorityKind
	Grant []string // what the actor holds in the app; carried on, never grows
	// Permissions is what this invocation may use: never more than its module declares.
	Permissions []string
}

// RoleMap maps a role to permission ids, prefixes such as tasks.*, or *.
type RoleMap map[string][]string

// Rights says what callers hold.
type Rights struct {
	Roles RoleMap
	// Development is what the developer holds without a persona: ids, or * for all that the app declares.
	Development []string
}

// Grant answers the declared permissions that the principal holds in the app.
func (r *Rights) Grant(s *Snapshot, p *auth.Principal) []string {
	var patterns []string
	switch p.Provenance {
	case auth.LocalDevelopment:
		patterns = r.Development
	case auth.TokenValidated, auth.DevOverride:
		patterns = slices.Clone(p.Scopes)
		for _, role := range p.Roles {
			patterns = append(patterns, r.Roles[role]...)
		}
	}
	grant := []string{}
	for _, declared := range s.Permissions() {
		if slices.ContainsFunc(patterns, func(pattern string) bool { return covers(pattern, declared) }) {
			grant = append(grant, declared)
		}
	}
	return grant
}

func covers(pattern, permission string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok && (prefix == "" || strings.HasSuffix(prefix, ".")) {
		return strings.HasPrefix(permission, prefix)
	}
	return pattern == permission
}

// ForCaller is the authority of a caller over HTTP on a module.
func (r *Rights) ForCaller(s *Snapshot, m *module.Module, p *auth.Principal) Authority {
	a := Authority{Kind: AuthenticatedUser, Grant: r.Grant(s, p)}
	switch {
	case p.Development():
		a.Kind = LocalDevelopment
	case p.Kind == auth.Anonymous:
		a.Kind = PublicHTTP
	}
	a.Permissions = []string{}
	for _, id := range a.Grant {
		if m.DeclaresPermission(id) {
			a.Permissions = append(a.Permissions, id)
		}
	}
	return a
}

// ForReaction is the authority of a reaction: exactly its permissions, and only if the event's actor held them all.
func ForReaction(grant, permissions []string) (Authority, bool) {
	for _, id := range permissions {
		if !slices.Contains(grant, id) {
			return Authority{}, false
		}
	}
	return Authority{Kind: EventReaction, Grant: grant, Permissions: permissions}, true
}
