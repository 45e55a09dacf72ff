package persistence

import (
	"strings"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Scope is whose data an invocation works on. It comes from the principal; no request has a field for it.
type Scope struct {
	Whose
	Operator bool // may write app-wide collections that only operators write
}

// appWide stands in the tenant column for rows of no tenant.
const appWide = "*"

// The longest identities, in bytes.
const (
	tenantMax = 128
	ownerMax  = 255
)

// rows answers the scope of a collection's rows. An identity that is missing is refused before any I/O.
func (s *Scope) rows(c *data.Collection) (driver.Scope, error) {
	if c.Tenancy == data.AppWide {
		return driver.Scope{Tenant: appWide}, nil
	}
	if blank(s.Tenant) || s.Tenant == appWide || len(s.Tenant) > tenantMax {
		return driver.Scope{}, need("tenant")
	}
	switch c.Tenancy {
	case data.PerWorkspace:
		if blank(s.Workspace) || len(s.Workspace) > ownerMax {
			return driver.Scope{}, need("workspace")
		}
		return driver.Scope{Tenant: s.Tenant, Owner: s.Workspace}, nil
	case data.PerUser:
		if blank(s.User) || len(s.User) > ownerMax {
			return driver.Scope{}, need("user")
		}
		return driver.Scope{Tenant: s.Tenant, Owner: s.User}, nil
	default:
		return driver.Scope{Tenant: s.Tenant}, nil
	}
}

func blank(identity string) bool { return strings.TrimSpace(identity) == "" }

func need(what string) error {
	return &fault.ValueError{Code: fault.ValueScopeDenied, Message: "the caller has no " + what, Details: map[string]any{"need": what}}
}

// held answers the value that the host holds a field to, and whether it holds it at all.
func (s *Scope) held(c *data.Collection, field string) (string, bool) {
	switch {
	case field == c.OwnerField && c.OwnerField != "":
		if c.Tenancy == data.PerWorkspace {
			return s.Workspace, true
		}
		return s.User, true
	case field == "app_id" && c.Field("app_id") != nil:
		return s.App, true
	case field == "tenant_id" && c.Field("tenant_id") != nil:
		return s.Tenant, true
	}
	return "", false
}

// own answers what a filter's identities are compared with, whether or not documents hold them. Shared rows belong to no
// tenant, so of them a tenant_id is a field like any other.
func (s *Scope) own(c *data.Collection, path string) (string, bool) {
	switch {
	case path == c.OwnerField && c.OwnerField != "":
		return s.held(c, path)
	case path == "app_id":
		return s.App, true
	case path == "tenant_id" && c.Tenancy != data.AppWide:
		return s.Tenant, true
	}
	return "", false
}

// heldFields are the fields that the host may hold.
func heldFields(c *data.Collection) []string {
	names := []string{"app_id", "tenant_id"}
	if c.OwnerField != "" {
		names = append(names, c.OwnerField)
	}
	return names
}

// fill sets the fields that the host holds in a document that stands at a JSONPath. A guest may repeat the value; another one
// is refused.
func (s *Scope) fill(c *data.Collection, doc map[string]any, at string, insert bool) error {
	for _, name := range heldFields(c) {
		want, holds := s.held(c, name)
		if !holds {
			continue
		}
		if given, there := doc[name]; there && given != want {
			return &fault.ValueError{Code: fault.ValueScopeDenied, Message: "the host fills this field",
				Details: map[string]any{"path": at + "." + name}}
		}
		if want != "" {
			doc[name] = want
		}
	}
	if !insert {
		return nil
	}
	// Other identities are the guest's to give; left out, they are the caller's.
	for name, value := range map[string]string{"user_id": s.User, "workspace_id": s.Workspace} {
		if _, there := doc[name]; !there && value != "" && c.Field(name) != nil && name != c.OwnerField {
			doc[name] = value
		}
	}
	return nil
}
