// Package modules loads modules, and runs every invocation of guest code through one executor with the same checks.
package modules

import (
	"maps"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// Snapshot is an app as the executor sees it: compiled whole, immutable, named by its digest.
type Snapshot struct {
	App     string
	Name    string
	Version string
	Digest  string
	Modules map[string]*Loaded
	Failed  map[string]Failure // by the folder's name; served by nobody
	// Suspended are the capabilities of failed modules: what needs them waits.
	Suspended map[string]bool
	Data      *persistence.Catalog
	Router    Router
	// Findings are all that the check said, errors of failed modules included.
	Findings []diagnostic.Finding
}

// Loaded is a module that is served.
type Loaded struct {
	*module.Module
	Dir     string
	Sandbox *wasmhost.Module
	View    *persistence.View // the collections it may name
}

// Failure says why a module is not served.
type Failure struct {
	Module  string     `json:"module"`
	Code    fault.Code `json:"code"`
	Message string     `json:"message"`
}

// Router says who is told of an event.
type Router interface {
	Match(envelope *events.Envelope, payload any) []events.Subscription
}

// Capability answers the module that has a capability and the capability, nil if none that is served has it.
func (s *Snapshot) Capability(id string) (*Loaded, *module.Capability) {
	for _, m := range s.Modules {
		for i := range m.Capabilities {
			if m.Capabilities[i].ID == id {
				return m, &m.Capabilities[i]
			}
		}
	}
	return nil, nil
}

// FailedModules answers the failures in order of their modules.
func (s *Snapshot) FailedModules() []Failure {
	out := make([]Failure, 0, len(s.Failed))
	for _, name := range slices.Sorted(maps.Keys(s.Failed)) {
		out = append(out, s.Failed[name])
	}
	return out
}

// Permissions answers every permission that a module of the app declares, sorted.
func (s *Snapshot) Permissions() []string {
	var all []string
	for _, m := range s.Modules {
		for _, p := range m.Permissions {
			all = append(all, p.ID)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
