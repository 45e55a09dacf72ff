package wasmhost

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// tidyEvery is how often the engine looks for instances that have waited long; one that waited through a whole round gives its
// pages back.
const tidyEvery = 10 * time.Second

// tidy gives back what nobody needs, until the engine is closed.
func (e *Engine) tidy() {
	defer close(e.janitor)
	ticker := time.NewTicker(min(tidyEvery, e.options.IdleClose))
	defer ticker.Stop()
	for {
		select {
		case <-e.dying.Done():
			return
		case <-ticker.C:
			now := ticks()
			for _, m := range e.loaded() {
				for _, s := range m.pool.drain(1, now.add(-e.options.IdleClose)) {
					s.destroy()
				}
				if e.options.CacheDir != "" && m.uncalled(now) > e.options.UnloadAfter {
					m.unload()
					continue
				}
				for _, s := range m.pool.drain(0, now.add(-tidyEvery)) {
					s.cool()
					if !m.pool.back(s) {
						s.destroy()
					}
				}
			}
		}
	}
}

// uncalled answers for how long a module was not called.
func (m *Module) uncalled(now instant) time.Duration {
	if calls := m.counters.calls.Load(); calls != m.seen || m.gate.inside() > 0 {
		m.seen, m.seenAt = calls, now
	}
	return now.sub(m.seenAt)
}

// unload takes a module's code out of memory, unless an instance uses it.
func (m *Module) unload() {
	for _, s := range m.pool.drain(0, ticks()) {
		s.destroy()
	}
	m.coding.Lock()
	defer m.coding.Unlock()
	if m.code != nil && m.instances == 0 {
		m.releaseCode()
		m.code, m.front = nil, nil
	}
}

// useCode answers the code for a new instance, loaded again if it was unloaded. leaveCode must follow.
func (m *Module) useCode(ctx context.Context) (code, front *sharedCode, e *Error) {
	m.coding.Lock()
	defer m.coding.Unlock()
	if m.code == nil {
		entry, changed, err := m.loadCode(ctx, m.engine.cachedEntry(m.sum, &m.policy))
		if err != nil {
			return nil, nil, &Error{Code: fault.HostBusy, Message: "the module's code could not be loaded again", Cause: err}
		}
		if changed {
			m.keep(entry)
		}
	}
	m.instances++
	return m.code, m.front, nil
}

func (m *Module) leaveCode() {
	m.coding.Lock()
	defer m.coding.Unlock()
	m.instances--
}

// cool gives back the pages of an instance that waits, and all that is made again when it is used.
func (s *sandbox) cool() {
	if s.cold || s.room.drop(0, s.room.high) != nil {
		return
	}
	s.room.high = 0
	s.cold, s.alloc = true, nil
	clear(s.handlers)
	s.module.engine.ledger.give(s.charged)
	s.charged = 0
}

// heat makes an instance that was cooled ready for a call.
func (s *sandbox) heat(ctx context.Context) *Error {
	if !s.cold {
		return nil
	}
	size := s.module.image.size
	if e := s.module.engine.ledger.take(ctx, size); e != nil {
		return e
	}
	s.charged, s.cold = size, false
	if !s.restore(true) {
		return &Error{Code: fault.HostBusy, Message: "the image of a module could not be mapped"}
	}
	return nil
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

// evict cools instances that wait, those that waited longest first, until as many bytes of the budget are free. It answers whether
// it freed any.
func (e *Engine) evict(need uint64) bool {
	var idle []*sandbox
	for _, m := range e.loaded() {
		idle = append(idle, m.pool.drain(0, ticks())...)
	}
	slices.SortFunc(idle, func(a, b *sandbox) int { return cmp.Compare(a.idleFrom, b.idleFrom) })
	freed := uint64(0)
	for _, s := range idle {
		if freed < need {
			freed += s.charged
			s.cool()
		}
		if !s.module.pool.back(s) {
			s.destroy()
		}
	}
	return freed > 0
}
