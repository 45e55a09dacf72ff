package auth

import (
	"net/http"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Closed grants nothing to anybody: the posture of a host that nobody has configured. Health needs no principal.
type Closed struct{}

// Mode answers closed.
func (Closed) Mode() string { return "closed" }

// Authenticate refuses every request.
func (Closed) Authenticate(*http.Request) (*Principal, error) {
	return nil, fault.New(fault.AuthNotConfigured, "this host has no identity provider").
		WithHint("for development on this machine set MOZAIKS_ENV=development")
}
