package wasmhost

import (
	"slices"
	"time"
)

// tidyEvery is how often the engine looks for instances that have waited long.
const tidyEvery = 10 * time.Second

// tidy closes instances that nobody needs, until the engine is closed.
func (e *Engine) tidy() {
	defer close(e.janitor)
	ticker := time.NewTicker(min(tidyEvery, e.options.IdleClose))
	defer ticker.Stop()
	for {
		select {
		case <-e.dying.Done():
			return
		case now := <-ticker.C:
			for _, m := range e.loaded() {
				for _, s := range m.pool.drain(1, now.Add(-e.options.IdleClose)) {
					s.destroy()
				}
			}
		}
	}
}

// loaded answers all modules.
func (e *Engine) loaded() []*Module {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]*Module, 0, len(e.modules))
	for m := range e.modules {
		out = append(out, m)
	}
	return out
}

// evict closes instances that wait, those that waited longest first, until as many bytes of the budget are free. It answers
// whether it closed any.
func (e *Engine) evict(need uint64) bool {
	var idle []*sandbox
	for _, m := range e.loaded() {
		idle = append(idle, m.pool.drain(0, time.Now())...)
	}
	slices.SortFunc(idle, func(a, b *sandbox) int { return a.idleFrom.Compare(b.idleFrom) })
	freed := uint64(0)
	for _, s := range idle {
		if freed < need || !s.module.pool.put(s, e.options.IdlePerModule) {
			freed += s.charged
			s.destroy()
		}
	}
	return freed > 0
}
