package module

import (
	"time"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/schema"
)

// Options are the limits of reading a module. A zero field takes its default, so the zero value works.
type Options struct {
	// Limits bound each declaration: MOZAIKS_DECL_MAX_SIZE, _DEPTH, _NODES and _ITEMS.
	Limits document.Limits
	// Schema bounds each JSON Schema, and the patterns of all together: MOZAIKS_SCHEMA_MAX_SIZE, _DEPTH, _STEPS, _PATTERN and
	// _PATTERNS.
	Schema schema.Limits

	// MemoryMB is the linear memory of a module that asks for none, MemoryMaxMB the most that one may ask for, in MiB;
	// beyond it LIMIT_CEILING. MOZAIKS_WASM_MEMORY, MOZAIKS_WASM_MEMORY_MAX; default to 64 and 256.
	MemoryMB, MemoryMaxMB int
	// Fuel is the fuel of an invocation where the module asks for none, FuelMax the most that one may ask for; beyond it
	// LIMIT_CEILING. MOZAIKS_WASM_FUEL, MOZAIKS_WASM_FUEL_MAX; default to 1e9 and 5e10.
	Fuel, FuelMax int64
	// Timeout is the wall time of an invocation where the module asks for none, TimeoutMax the most that a module or an action
	// may ask for; beyond it LIMIT_CEILING. MOZAIKS_ACTION_TIMEOUT, MOZAIKS_ACTION_TIMEOUT_MAX; default to 30 s and 600 s.
	Timeout, TimeoutMax time.Duration

	// MaxFiles and MaxBytes bound a module's folder, whatever is in it; beyond them FOLDER_LIMIT. MOZAIKS_MODULE_MAX_FILES,
	// MOZAIKS_MODULE_MAX_SIZE; default to 1,000 and 64 MiB.
	MaxFiles int
	MaxBytes int64

	// MaxVectors is how many tests a module may have; beyond it COUNT_LIMIT. MOZAIKS_TEST_MAX_VECTORS; defaults to 500.
	MaxVectors int

	// HostRoot says that the module comes from the host's own root of modules, and so may declare events of the platform.
	HostRoot bool
	// Adapters are the names of service adapters that the host registers. The stock host has none.
	Adapters []string
}

func (o Options) withDefaults() Options {
	o.Limits = o.Limits.WithDefaults()
	set(&o.MemoryMB, 64)
	set(&o.MemoryMaxMB, 256)
	set(&o.Fuel, 1_000_000_000)
	set(&o.FuelMax, 50_000_000_000)
	set(&o.Timeout, 30*time.Second)
	set(&o.TimeoutMax, 600*time.Second)
	set(&o.MaxFiles, 1000)
	set(&o.MaxBytes, 64<<20)
	set(&o.MaxVectors, 500)
	o.MemoryMB = min(o.MemoryMB, o.MemoryMaxMB)
	o.Fuel = min(o.Fuel, o.FuelMax)
	o.Timeout = min(o.Timeout, o.TimeoutMax)
	return o
}

func set[T int | int64 | time.Duration](v *T, otherwise T) {
	if *v <= 0 {
		*v = otherwise
	}
}
