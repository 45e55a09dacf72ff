package wasmhost

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/meter"
)

// Slices in units of fuel: how much a guest gets before it asks again.
const (
	sliceFirst = 131_072
	sliceLeast = 8_192
	sliceLong  = 2 * time.Millisecond   // a slice that took longer is halved
	sliceShort = 500 * time.Microsecond // one that took less is doubled
	yieldEvery = 5 * time.Millisecond   // of execution, for others that the scheduler holds
	slowest    = 512                    // nanoseconds that a unit takes at most, whatever the code
	trapFuel   = 1_000                  // what a trap costs beyond the last sync
)

// tank is the fuel of one call. What the guest may use is in its global mz:left; the rest is held here. held + that is always what was left at the last sync.
type tank struct {
	limit   int64
	held    int64
	slice   int64
	granted instant // when the last slice was
	last    int64   // units of it
	yielded instant // when the scheduler was last called
	deep    bool    // the second part of the stack was granted
	final   int64   // fuel used, once the end of the call fixed it; -1 before
	refills int
}

// stackFirst is what a call may use of the stack at first; few need more.
const stackFirst = 128 << 10

// fill begins a call or an initialisation with that much fuel.
func (s *sandbox) fill(fuel uint64, now instant) {
	t := &s.tank
	*t = tank{limit: int64(min(fuel, 1<<62)), slice: min(sliceFirst, s.options.SliceMax), granted: now, yielded: now, final: -1}
	t.last = min(t.slice, t.limit)
	t.held = t.limit - t.last
	s.left.Set(uint64(meter.NewLeft(t.last, int64(min(s.options.Stack, stackFirst)))))
}

// used answers the fuel that is used at a sync.
func (s *sandbox) used() int64 {
	if s.tank.final >= 0 {
		return s.tank.final
	}
	return s.tank.limit - s.tank.held - s.fuel()
}

// fuel answers what the guest holds at a sync.
func (s *sandbox) fuel() int64 { return meter.Left(s.left.Get()).Fuel() }

// settle fixes the fuel of a call that ended by itself, and tells whether it had as much.
func (s *sandbox) settle() *Error {
	used := s.used()
	if used > s.tank.limit {
		s.tank.final = s.tank.limit
		return exhausted(s.tank.limit)
	}
	s.tank.final = used
	return nil
}

func exhausted(limit int64) *Error {
	return &Error{Code: fault.FuelExhausted, Message: "the fuel of the call is used up", Details: map[string]any{"limit": limit}}
}

// refill is called for a guest whose fuel is local, below 0. It ends the call if it must end, lets others run, and answers what
// local is with enough slices to bring it to 0 or above.
func (s *sandbox) refill(local int64) int64 {
	t := &s.tank
	t.refills++
	now := ticks()
	s.started(now)
	if e := s.timeError(now); e != nil {
		t.final = max(0, min(t.limit, t.limit-t.held-local)) // as far as it came; not the same in every run
		s.end(e)
	}
	now = s.yield(now)
	t.pace(now, s)
	if t.held+local < 0 {
		t.final = t.limit
		s.end(exhausted(t.limit))
	}
	grant := min(t.held, (-local+t.slice-1)/t.slice*t.slice)
	t.held -= grant
	t.last = grant
	t.granted = now
	s.left.Set(s.left.Get() + uint64(grant))
	return local + grant
}

// pace chooses the next slice: long enough to cost nothing, short enough that deadlines, cancellations and the scheduler need
// not wait.
func (t *tank) pace(now instant, s *sandbox) {
	took := now.sub(t.granted)
	switch {
	case took > sliceLong:
		t.slice /= 2
	case took < sliceShort:
		t.slice *= 2
	}
	if t.last > 0 {
		t.slice = min(t.slice, s.module.rate.seen(took, t.last, now))
	}
	t.slice = min(t.slice, int64(s.deadline.sub(now)/slowest))
	t.slice = max(sliceLeast, min(t.slice, s.options.SliceMax))
}

// rate remembers the slowest that a module was lately, since a guest that was fast may turn slow within a slice.
type rate struct {
	picos atomic.Int64 // for a unit
	at    atomic.Int64 // when it was last lowered, in ns
}

// rateWindow is after how long a slow rate counts half.
const rateWindow = time.Second

// seen takes the time of a slice and answers the largest that takes no longer than sliceLong at the slowest rate.
func (r *rate) seen(took time.Duration, units int64, now instant) int64 {
	rate := min(int64(took)*1000/units, slowest*1000)
	worst := r.picos.Load()
	if at := int64(now); at-r.at.Load() > int64(rateWindow) {
		r.at.Store(at)
		worst /= 2
	}
	worst = max(worst, rate, 1)
	r.picos.Store(worst)
	return int64(sliceLong) * 1000 / worst
}

// yield lets other goroutines run, and other lanes if the turn is used up. It answers the time afterwards.
func (s *sandbox) yield(now instant) instant {
	t := s.module.engine.turns
	if t.waiting.Load() > 0 && now.sub(s.turnFrom) >= t.length && t.others(s.lane) {
		s.giveTurn(now)
		t.charge(s.lane, s.executed)
		s.executed = 0
		if e := s.takeTurn(now); e != nil {
			s.end(e)
		}
		s.tank.granted = s.turnFrom // the wait is not the guest's
		return s.turnFrom
	}
	if now.sub(s.tank.yielded) >= yieldEvery { // more often would only cost: the collector stops a guest at any refill
		runtime.Gosched()
		now = ticks()
		s.tank.yielded = now
	}
	return now
}

// moreStack grants the second part of the stack, once, to a call that has so much left.
func (s *sandbox) moreStack(left meter.Left) meter.Left {
	if left.Stack() >= 0 {
		return left // it was the fuel that was short
	}
	more := int64(s.options.Stack) - stackFirst
	if s.tank.deep || left.Stack()+more < 0 {
		s.end(s.outOfMemory(&Error{Code: fault.GuestStack, Message: trapMessages[fault.GuestStack]}))
	}
	s.tank.deep = true
	return left + meter.Left(more<<32)
}

// charge takes fuel for what the host does for the guest, which has synced.
func (s *sandbox) charge(units int64) {
	left := s.left.Get() - uint64(units)
	s.left.Set(left)
	if fuel := meter.Left(left).Fuel(); fuel < 0 {
		s.refill(fuel)
	}
}

// meterFunctions are what rewritten binaries import beside what their guests do.
func meterFunctions() []hostFunction {
	return []hostFunction{
		{meter.RefillImport, meterSignature, guarded(func(s *sandbox, stack []uint64) {
			left := meter.Left(stack[0])
			stack[0] += uint64(s.refill(left.Fuel()) - left.Fuel())
		})},
		{meter.StackImport, meterSignature, guarded(func(s *sandbox, stack []uint64) {
			stack[0] = uint64(s.moreStack(meter.Left(stack[0])))
		})},
	}
}
