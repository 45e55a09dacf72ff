package app

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
)

// freeTime bounds waiting for the users of a snapshot that was replaced; what is still used then stays until the process ends.
const freeTime = 10 * time.Minute

// Registry maps an app's id to its current snapshot. A request takes one snapshot and keeps it to its end.
type Registry struct {
	mu   sync.RWMutex
	apps map[string]*served
}

// served is a snapshot and who uses it.
type served struct {
	snapshot *modules.Snapshot
	users    sync.WaitGroup
}

// NewRegistry makes an empty registry.
func NewRegistry() *Registry { return &Registry{apps: map[string]*served{}} }

// Snapshot answers the current snapshot of an app to look at, or nil. Its modules may only be called by who took it.
func (r *Registry) Snapshot(id string) *modules.Snapshot {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if s := r.apps[id]; s != nil {
		return s.snapshot
	}
	return nil
}

// Take answers the current snapshot of an app, or nil, and how it is given back. What is taken is not freed.
func (r *Registry) Take(id string) (*modules.Snapshot, func()) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s := r.apps[id]
	if s == nil {
		return nil, func() {}
	}
	s.users.Add(1) // under the lock that Put takes, so that it comes before Put waits
	return s.snapshot, s.users.Done
}

// Put makes a snapshot current for its app. The one before ends with its last user.
func (r *Registry) Put(s *modules.Snapshot) {
	r.mu.Lock()
	old := r.apps[s.App]
	r.apps[s.App] = &served{snapshot: s}
	r.mu.Unlock()
	if old == nil {
		return
	}
	go func() {
		old.users.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), freeTime)
		defer cancel()
		Free(ctx, old.snapshot)
	}()
}

// Regress says which modules that serve now would not serve any more if s took the place of its app's snapshot.
func (r *Registry) Regress(s *modules.Snapshot) error {
	now := r.Snapshot(s.App)
	if now == nil {
		return nil
	}
	for _, f := range s.FailedModules() {
		if now.Modules[f.Module] != nil {
			return fault.New(fault.BundleRejected, "the module %s serves now and would fail with %s: %s", f.Module, f.Code, f.Message)
		}
	}
	return nil
}

// Free lets the modules of a snapshot go that nobody uses any more.
func Free(ctx context.Context, s *modules.Snapshot) {
	for _, m := range s.Modules {
		_ = m.Sandbox.Close(ctx) // it ends with the engine otherwise
	}
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
