package wasmhost

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Engine compiles and runs modules. A process has one; it is safe for concurrent use.
type Engine struct {
	options  Options
	backend  backend
	compiles chan struct{} // a place for each compile that may run
	mu       sync.Mutex
	codes    map[[32]byte]*sharedCode // by the nativeSum of what is compiled
	modules  map[*Module]struct{}
	rooms    *rooms
	turns    *turns
	ledger   *ledger
	janitor  chan struct{} // closed when it ended
	gate     *gate
	dying    context.Context // ends when running calls must
	kill     context.CancelFunc
	closing  sync.Once
	closed   error
}

// running tells whether the process has its engine.
var running atomic.Bool

// errClosed ends the calls that still run when an engine may wait for them no longer.
var errClosed = errors.New("the engine is closed")

// New makes an engine. Its errors are *fault.Error: CACHE_UNSAFE for a cache directory that others could write to,
// CONFIG_VALUE for an option that has no meaning.
func New(ctx context.Context, opts *Options) (*Engine, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	if o.CacheDir != "" {
		if err := secureCache(o.CacheDir); err != nil {
			return nil, err
		}
	}
	if o.CacheDir != "" {
		if err := trimCache(o.CacheDir, o.CacheMax); err != nil {
			return nil, fault.Wrap(fault.CacheUnsafe, err, "the cache directory cannot be kept in its size")
		}
	}
	if !o.Beside && !running.CompareAndSwap(false, true) {
		return nil, fault.New(fault.EngineRunning, "an engine runs in this process already")
	}
	b, err := newWazero(ctx, o.Backend, o.CacheDir, hostFunctions())
	if err != nil {
		if !o.Beside {
			running.Store(false)
		}
		return nil, fault.Wrap(fault.Internal, err, "the engine does not start")
	}
	return newEngine(o, b), nil
}

func newEngine(o Options, b backend) *Engine {
	e := &Engine{options: o, backend: b, compiles: make(chan struct{}, o.Compiles), codes: map[[32]byte]*sharedCode{},
		modules: map[*Module]struct{}{}, rooms: newRooms(o.PoolSpare), turns: newTurns(o.CPUs, o.Turn),
		ledger: newLedger(o.MemoryBudget, o.MemoryWait), janitor: make(chan struct{}), gate: newGate()}
	e.ledger.evict = e.evict
	e.dying, e.kill = context.WithCancel(context.Background())
	go e.tidy()
	return e
}

// Close ends the engine: no call begins any more, running ones end first. When ctx ends before they do, they are ended
// with ENGINE_CLOSED. Closing twice does nothing more.
func (e *Engine) Close(ctx context.Context) error {
	if e.gate.close(ctx) != nil {
		e.kill()
		<-e.gate.empty // host functions end with their context, compiles by themselves
	}
	e.closing.Do(func() {
		e.kill()
		<-e.janitor
		for _, m := range e.loaded() {
			m.empty()
		}
		e.rooms.close()
		e.closed = e.backend.close(context.WithoutCancel(ctx))
		if !e.options.Beside {
			running.Store(false)
		}
	})
	return e.closed
}

// compile makes code of a binary. It turns a panic of the compiler into BACKEND_COMPILE, and makes code anew whose entry
// in the cache is damaged.
func (e *Engine) compile(sum [32]byte, bin []byte) (c code, err error) {
	ctx := context.Background() // what was begun is finished: it may serve others
	workers := 1
	if e.turns.idle(e.options.CPUs) { // else calls would wait for a processor
		workers = max(1, e.options.CPUs/e.options.Compiles)
	}
	defer func() {
		if r := recover(); r != nil {
			c, err = nil, fault.Wrap(fault.BackendCompile, fmt.Errorf("panic: %v\n%s", r, debug.Stack()),
				"the compiler failed on this binary")
		}
	}()
	c, err = e.backend.compile(ctx, bin, workers)
	if err != nil && e.options.CacheDir != "" && strings.HasPrefix(err.Error(), damagedCache) {
		if err = os.Remove(e.nativeFile(sum)); err != nil {
			return nil, fault.Wrap(fault.BackendCompile, err, "the cache of compiled code is damaged")
		}
		c, err = e.backend.compile(ctx, bin, workers)
	}
	var file *fs.PathError
	if errors.As(err, &file) && errors.Is(err, fs.ErrNotExist) { // somebody deleted the cache while it was in use
		if err = os.MkdirAll(filepath.Dir(file.Path), 0o700); err == nil {
			c, err = e.backend.compile(ctx, bin, workers)
		}
	}
	if errors.As(err, &file) {
		return nil, fault.Wrap(fault.BackendCompile, err, "the cache of compiled code cannot be written")
	}
	if err == nil {
		return c, nil
	}
	code := fault.BackendInvalid
	if strings.Contains(err.Error(), "is disabled") { // by the set of accepted features
		code = fault.BackendFeature
	}
	return nil, fault.Wrap(code, err, "the binary does not validate: %s", printable(err.Error(), 300))
}
