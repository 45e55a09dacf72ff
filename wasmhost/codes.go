package wasmhost

import (
	"context"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// sharedCode is compiled code that all modules of one binary use. Compiling the same binary twice at once would be waste,
// and wazero 1.12.0 does not survive it: code from its cache on disk can be seen before it is complete.
type sharedCode struct {
	key     [32]byte
	started chan struct{} // closed when the compile got its place
	ready   chan struct{} // closed when code or err is there
	code    code
	err     error
	users   int  // under Engine.mu
	built   bool // under Engine.mu
}

// obtain answers the code of a binary, compiled now, before, or just then by another. release must follow.
func (e *Engine) obtain(ctx context.Context, key [32]byte, bin []byte) (*sharedCode, error) {
	e.mu.Lock()
	c := e.codes[key]
	if c == nil {
		c = &sharedCode{key: key, started: make(chan struct{}), ready: make(chan struct{})}
		e.codes[key] = c
		e.gate.hold()
		go e.build(c, bin)
	}
	c.users++
	e.mu.Unlock()
	err := e.await(ctx, c)
	if err != nil {
		e.release(c)
		return nil, err
	}
	return c, nil
}

// await waits for a compile: for its place as long as ctx allows, then for the time that one may take.
func (e *Engine) await(ctx context.Context, c *sharedCode) error {
	select {
	case <-c.started:
	case <-ctx.Done():
		return fault.Wrap(fault.BackendCompile, context.Cause(ctx), "waiting for a place to compile was ended")
	}
	timer := time.NewTimer(e.options.CompileTimeout)
	defer timer.Stop()
	select {
	case <-c.ready:
		return c.err
	case <-ctx.Done():
		return fault.Wrap(fault.BackendCompile, context.Cause(ctx), "waiting for the compile was ended")
	case <-timer.C:
		return fault.New(fault.BackendCompile, "the compile took longer than %s", e.options.CompileTimeout)
	}
}

// build compiles, and keeps its place until that really ended, whether or not somebody still waits for it.
func (e *Engine) build(c *sharedCode, bin []byte) {
	defer e.gate.leave()
	e.compiles <- struct{}{}
	close(c.started)
	made, err := e.compileWanted(c, bin)
	<-e.compiles
	e.mu.Lock()
	c.code, c.err, c.built = made, err, true
	e.drop(c)
	e.mu.Unlock()
	close(c.ready)
}

// compileWanted compiles unless nobody waits any more.
func (e *Engine) compileWanted(c *sharedCode, bin []byte) (code, error) {
	e.mu.Lock()
	if c.users == 0 {
		delete(e.codes, c.key) // who comes now begins anew
		e.mu.Unlock()
		return nil, fault.New(fault.BackendCompile, "the compile was abandoned")
	}
	e.mu.Unlock()
	return e.compile(c.key, bin)
}

// release gives code back; the last user's is freed.
func (e *Engine) release(c *sharedCode) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c.users--
	e.drop(c)
}

// drop forgets code that failed, and code that nobody uses. The lock is held.
func (e *Engine) drop(c *sharedCode) {
	if !c.built || c.users > 0 && c.err == nil {
		return
	}
	if e.codes[c.key] == c {
		delete(e.codes, c.key)
	}
	if c.code != nil {
		_ = c.code.close(context.Background()) // it only leaves the engine's table
		c.code = nil
	}
}
