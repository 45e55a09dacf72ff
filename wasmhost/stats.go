package wasmhost

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Stats are counts since a module was loaded, and what it takes now.
type Stats struct {
	Calls     uint64                // that ended, however
	Ends      map[fault.Code]uint64 // those that ended with an error, by its code
	Fuel      uint64                // units
	HostCalls uint64                // operations
	Exchanged uint64                // bytes of requests and answers of operations
	LogLines  uint64
	PeakPages uint32        // the most that any call reached
	Busy      time.Duration // wall time of all calls
	Refills   uint64        // how often a guest asked for fuel

	Made, Dropped uint64 // instances
	Idle          int    // instances that wait
	ImageBytes    uint64
	ImageMapped   bool // how instances are put back: by mapping the image, else by copying it
}

// counters are Stats as they are counted.
type counters struct {
	calls, fuel, hostCalls, exchanged, logLines, busy, refills, made, dropped atomic.Uint64
	peak                                                                      atomic.Uint32

	mu   sync.Mutex
	ends map[fault.Code]uint64
}

func (c *counters) count(r *Result, e *Error, refills int) {
	c.calls.Add(1)
	c.fuel.Add(r.Fuel)
	c.busy.Add(uint64(r.Elapsed))
	if r.HostCalls > 0 {
		c.hostCalls.Add(uint64(r.HostCalls))
		c.exchanged.Add(uint64(r.Exchanged))
	}
	if r.LogLines > 0 {
		c.logLines.Add(uint64(r.LogLines))
	}
	if refills > 0 {
		c.refills.Add(uint64(refills))
	}
	for old := c.peak.Load(); r.PeakPages > old && !c.peak.CompareAndSwap(old, r.PeakPages); old = c.peak.Load() {
	}
	if e != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.ends == nil {
			c.ends = map[fault.Code]uint64{}
		}
		c.ends[e.Code]++
	}
}

// Stats answers the counts of a module.
func (m *Module) Stats() Stats {
	c := &m.counters
	s := Stats{Calls: c.calls.Load(), Fuel: c.fuel.Load(), HostCalls: c.hostCalls.Load(), Exchanged: c.exchanged.Load(),
		LogLines: c.logLines.Load(), PeakPages: c.peak.Load(), Busy: time.Duration(c.busy.Load()), Refills: c.refills.Load(),
		Made: c.made.Load(), Dropped: c.dropped.Load()}
	c.mu.Lock()
	s.Ends = maps.Clone(c.ends)
	c.mu.Unlock()
	m.pool.mu.Lock()
	s.Idle = len(m.pool.idle)
	m.pool.mu.Unlock()
	if m.image != nil {
		s.ImageBytes, s.ImageMapped = m.image.bytes(), m.mapsImage()
	}
	return s
}

// EngineStats are what all modules take now.
type EngineStats struct {
	MemoryUsed, MemoryBudget uint64 // bytes of instances and images
	Waiting                  int    // calls that wait for a turn
	Modules                  int
}

// Stats answers what all modules take.
func (e *Engine) Stats() EngineStats {
	e.mu.Lock()
	defer e.mu.Unlock()
	return EngineStats{MemoryUsed: e.ledger.inUse(), MemoryBudget: e.ledger.budget, Waiting: int(e.turns.waiting.Load()),
		Modules: len(e.modules)}
}
