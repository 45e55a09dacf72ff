package wasmhost

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"sync"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/extism"
	"github.com/mozaiks/mozaiks/wasmhost/meter"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// Module is a binary ready to be called. It is safe for concurrent use; every call has a sandbox of its own.
type Module struct {
	engine     *Engine
	inspection *Inspection
	binary     []byte   // as it was loaded, nil where its code is never unloaded
	sum        [32]byte // of the binary
	policy     Policy
	extism     bool
	pages      uint32         // limit of linear memory: the policy's, or the binary's own maximum if that is lower
	handlers   map[string]int // functions of the module's own with the type of a handler, numbered
	globals    []string       // exports of the mutable globals
	freezeSeed [32]byte
	image      *image // nil if the module cannot be frozen
	pool       pool
	rate       rate
	counters   counters
	gate       *gate
	closing    sync.Once

	coding    sync.Mutex  // held while code is loaded or unloaded
	code      *sharedCode // nil while it is unloaded
	front     *sharedCode // nil but for guests of Extism
	instances int         // that use the code

	seen   uint64 // calls when the module was last looked at, by the engine's own goroutine
	seenAt instant
}

// Load inspects a binary, meters and compiles it, and initialises it once; what that leaves is the image that every call begins
// with. Its errors are *fault.Error: the code of the first finding, BACKEND_COMPILE, BACKEND_INIT whose details hold the trap
// and the guest's last log lines, ENGINE_CLOSED.
func (e *Engine) Load(ctx context.Context, bin []byte, p Policy) (*Module, error) {
	if !e.gate.enter() {
		return nil, fault.New(fault.EngineClosed, "the engine is closed")
	}
	defer e.gate.leave()
	if p.Profile == "" {
		p.Profile = e.options.Profile
	}
	sum := sha256.Sum256(bin)
	cached := e.cachedEntry(sum, &p)
	var known *knownBodies
	if cached != nil {
		known = &knownBodies{cached.unfrozen}
	}
	inspection := inspect(bin, sum, p, e.options.Limits, known)
	if err := inspection.Err(); err != nil {
		return nil, err
	}
	m := &Module{engine: e, inspection: inspection, extism: p.ABI == ABIExtism, pages: inspection.MemoryMax,
		handlers: map[string]int{}, freezeSeed: FreezeSeed(sum), sum: sum, policy: p, gate: newGate(), seenAt: ticks()}
	entry, changed, err := m.loadCode(ctx, cached)
	if err != nil {
		return nil, err
	}
	for name, t := range inspection.signatures {
		if p.handles(name, t) {
			m.handlers[name] = len(m.handlers)
		}
	}
	for i, g := range inspection.module.Globals {
		if g.Mutable && g.Type >= wasm.F64 && g.Type <= wasm.I32 {
			m.globals = append(m.globals, meter.GlobalPrefix+strconv.Itoa(i))
		}
	}
	if err := m.thawOrFreeze(ctx, cached); err != nil {
		m.releaseCode()
		return nil, err
	}
	if changed {
		m.keep(entry)
	}
	m.slim(bin)
	e.mu.Lock()
	e.modules[m] = struct{}{}
	e.mu.Unlock()
	return m, nil
}

// slim keeps of the binary what calls need, and all of it only where it may be needed to load its code again.
func (m *Module) slim(bin []byte) {
	all := m.inspection.module
	kept := &wasm.Module{Functions: all.Functions, ImportedFuncs: all.ImportedFuncs, Unfrozen: all.Unfrozen}
	if m.image == nil { // it is initialised again and again
		kept.Data, kept.Boot = all.Data, all.Boot
	}
	m.inspection.module = kept
	if m.engine.options.CacheDir != "" {
		m.binary = bin
	}
}

// Digest names the binary: sha256: and its SHA-256 in hexadecimal.
func (m *Module) Digest() string { return m.inspection.Digest }

// ImageDigest names the state in which each call begins, "" if the module cannot be frozen.
func (m *Module) ImageDigest() string {
	if m.image == nil {
		return ""
	}
	return "sha256:" + hex.EncodeToString(m.image.sum[:])
}

// Inspection is what was found before the binary was loaded. It must not be changed.
func (m *Module) Inspection() *Inspection { return m.inspection }

// Close lets running calls end and frees the module's code; no call begins any more. When ctx ends first its error is
// answered, and Close may be called again.
func (m *Module) Close(ctx context.Context) error {
	if err := m.gate.close(ctx); err != nil {
		return err
	}
	m.closing.Do(func() {
		m.empty()
		m.engine.mu.Lock()
		delete(m.engine.modules, m)
		m.engine.mu.Unlock()
		m.releaseCode()
	})
	return nil
}

// loadCode meters and compiles the module, or takes what was made before. What it needs beside the cache is the binary, which
// the inspection holds. It answers whether the entry of the cache is to be kept anew.
func (m *Module) loadCode(ctx context.Context, entry *cacheEntry) (_ *cacheEntry, changed bool, err error) {
	e := m.engine
	if entry == nil {
		entry, changed = m.meter(), true
	} else {
		changed = !e.checkNative(entry.sum, entry.native)
	}
	code, err := e.obtain(ctx, entry.sum, entry.metered)
	if err != nil {
		return nil, false, err
	}
	if m.extism {
		bin := extism.Front(e.options.ArenaMax)
		sum := nativeSum(bin)
		changed = !e.checkNative(sum, entry.front) || changed
		if m.front, err = e.obtain(ctx, sum, bin); err != nil {
			e.release(code)
			return nil, false, err
		}
	}
	m.code = code
	return entry, changed, nil
}

// keep writes the module's entry to the cache.
func (m *Module) keep(entry *cacheEntry) {
	if m.engine.options.CacheDir == "" {
		return
	}
	entry.native = sealNative(m.engine.nativeFile(entry.sum))
	if m.front != nil {
		entry.front = sealNative(m.engine.nativeFile(m.front.key))
	}
	if m.image != nil {
		entry.frozen = m.image.append(nil)
	}
	m.engine.keepEntry(m.sum, &m.policy, entry)
}

func (m *Module) releaseCode() {
	if m.code == nil {
		return
	}
	m.engine.release(m.code)
	if m.front != nil {
		m.engine.release(m.front)
	}
}

// empty closes all instances that wait, and the image.
func (m *Module) empty() {
	for _, s := range m.pool.shut() {
		s.destroy()
	}
	if m.image != nil {
		m.engine.ledger.give(m.image.bytes())
		m.image.close()
	}
}

// thawOrFreeze takes the image from the cache, or makes it.
func (m *Module) thawOrFreeze(ctx context.Context, cached *cacheEntry) error {
	if cached == nil || cached.frozen == nil && cached.unfrozen == "" {
		return m.freeze(ctx)
	}
	if cached.unfrozen != "" { // it was initialised when the entry was made
		return nil
	}
	i := cached.thaw()
	if i == nil {
		return m.freeze(ctx)
	}
	return m.take(ctx, i)
}

// take counts an image against the memory budget.
func (m *Module) take(ctx context.Context, i *image) error {
	if e := m.engine.ledger.take(ctx, i.bytes()); e != nil {
		i.close()
		return fault.Wrap(e.Code, e, "%s", e.Message)
	}
	m.image = i
	return nil
}

// freeze initialises the module once and keeps what that leaves.
func (m *Module) freeze(ctx context.Context) error {
	cost := uint64(m.inspection.MemoryMin) * pageSize
	if e := m.engine.ledger.take(ctx, cost); e != nil {
		return fault.Wrap(e.Code, e, "%s", e.Message)
	}
	var s *sandbox
	err := contained(func() (e *Error) {
		if s, e = m.newSandbox(ctx); e == nil {
			s.charged = cost
			s.mem.grow = s.growing
			e = s.start(ctx)
		}
		return e
	})
	if s == nil {
		m.engine.ledger.give(cost)
	} else {
		defer s.destroy()
	}
	if err != nil {
		return initError(s, err)
	}
	if m.inspection.module.Unfrozen == "" {
		values := make([]uint64, len(s.globals))
		for i, g := range s.globals {
			values[i] = g.Get()
		}
		touched, known := s.room.written(s.mem.length(), nil)
		return m.take(ctx, newImage(s.mem.bytes, touched, known, values, s.virtual))
	}
	return nil
}

func initError(s *sandbox, err *Error) error {
	if err.Code == fault.BackendAbiMismatch {
		return fault.New(err.Code, "%s", err.Message)
	}
	log := []any{}
	if s != nil {
		for _, line := range s.log.tail {
			log = append(log, line)
		}
	}
	details := map[string]any{"engine_code": string(err.Code), "log": log}
	for k, v := range err.Details {
		details[k] = v
	}
	return fault.Wrap(fault.BackendInit, err, "the module does not initialise: %s", err.Message).WithDetails(details)
}
