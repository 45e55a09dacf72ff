package wasmhost

import (
	"context"
	"crypto/sha256"
	"sync"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Module is a binary ready to be called. It is safe for concurrent use; every call has a sandbox of its own.
type Module struct {
	engine     *Engine
	inspection *Inspection
	code       *sharedCode
	pages      uint32 // limit of linear memory: the policy's, or the binary's own maximum if that is lower
	freezeSeed [32]byte
	gate       *gate
	closing    sync.Once
}

// Load inspects a binary, compiles it, and initialises it once to prove that it can be. Its errors are *fault.Error:
// the code of the first finding, BACKEND_INVALID or BACKEND_FEATURE from the validation of the bodies, BACKEND_COMPILE,
// BACKEND_INIT whose details hold the trap and the guest's last log lines, ENGINE_CLOSED.
func (e *Engine) Load(ctx context.Context, bin []byte, p Policy) (*Module, error) {
	if !e.gate.enter() {
		return nil, fault.New(fault.EngineClosed, "the engine is closed")
	}
	defer e.gate.leave()
	inspection := Inspect(bin, p, e.options.Limits)
	if err := inspection.Err(); err != nil {
		return nil, err
	}
	// Metering goes here: it takes the place of clamp, and its version becomes part of the cache's key.
	prepared := clamp(bin, inspection.image, uint32(e.options.Limits.TableEntries))
	shared, err := e.obtain(ctx, sha256.Sum256(prepared), prepared)
	if err != nil {
		return nil, err
	}
	m := &Module{engine: e, inspection: inspection, code: shared, pages: inspection.MemoryMax,
		freezeSeed: FreezeSeed(sha256.Sum256(bin)), gate: newGate()}
	if err := m.prove(ctx); err != nil {
		e.release(shared)
		return nil, err
	}
	return m, nil
}

// Digest names the binary: sha256: and its SHA-256 in hexadecimal.
func (m *Module) Digest() string { return m.inspection.Digest }

// Inspection is what was found before the binary was loaded. It must not be changed.
func (m *Module) Inspection() *Inspection { return m.inspection }

// Close lets running calls end and frees the module's code; no call begins any more. When ctx ends first its error is
// answered, and Close may be called again.
func (m *Module) Close(ctx context.Context) error {
	if err := m.gate.close(ctx); err != nil {
		return err
	}
	m.closing.Do(func() { m.engine.release(m.code) })
	return nil
}

// prove initialises the module once. Freezing goes here: instead of being dropped, the instance becomes the image from
// which the pool makes those that calls take.
func (m *Module) prove(ctx context.Context) error {
	ctx, cancel := m.engine.callContext(ctx)
	defer cancel()
	s := newSandbox(m)
	defer s.stop(ctx)
	err := contained(func() *Error { return s.start(ctx) })
	if err == nil {
		return nil
	}
	if err.Code == fault.BackendAbiMismatch {
		return fault.New(err.Code, "%s", err.Message)
	}
	log := make([]any, 0, len(s.log.tail))
	for _, line := range s.log.tail {
		log = append(log, line)
	}
	details := map[string]any{"engine_code": string(err.Code), "log": log}
	for k, v := range err.Details {
		details[k] = v
	}
	return fault.Wrap(fault.BackendInit, err, "the module does not initialise: %s", err.Message).WithDetails(details)
}
