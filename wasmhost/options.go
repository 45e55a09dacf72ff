package wasmhost

import (
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/extism"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// Kinds of native engines.
const (
	BackendCompiler    = "compiler"
	BackendInterpreter = "interpreter"
)

// Ways of putting an instance back after a call.
const (
	ResetAuto = "auto" // what is cheaper for the module
	ResetCopy = "copy" // copying the image
	ResetMap  = "cow"  // mapping the image, so that only what was written is dropped
)

// Options configures an Engine. A nil *Options and a zero field mean the defaults.
type Options struct {
	// CacheDir keeps compiled code between runs. It is code that the process will run: it is made with mode 0700, and one
	// that another user owns or may write to is refused with CACHE_UNSAFE. Defaults to "", no cache on disk
	// (MOZAIKS_WASM_CACHE_DIR).
	CacheDir string
	// CacheMax is how many bytes the cache may hold; above it what was used longest ago goes. Defaults to 4 GiB
	// (MOZAIKS_WASM_CACHE_MAX).
	CacheMax int64
	// UnloadAfter is how long a module may go uncalled before its code leaves memory; the next call takes it from the cache.
	// Without a CacheDir it stays. Defaults to 10 min (MOZAIKS_WASM_UNLOAD_AFTER).
	UnloadAfter time.Duration
	// Beside lets several engines run in one process, as tests do; else New refuses with ENGINE_RUNNING.
	Beside bool
	// Compiles is how many binaries are compiled at once; the rest wait. Defaults to half the CPUs, at least 1
	// (MOZAIKS_WASM_COMPILES).
	Compiles int
	// CompileTimeout is how long one compile may take before its load fails with BACKEND_COMPILE. The compile keeps its
	// place until it really ends. Defaults to 60 s (MOZAIKS_WASM_COMPILE_TIMEOUT).
	CompileTimeout time.Duration
	// InitTimeout is how long the initialisation of an instance may take. Defaults to 10 s (MOZAIKS_WASM_INIT_TIMEOUT).
	InitTimeout time.Duration
	// InitFuel is what the initialisation of an instance may use. Defaults to 5e9 (MOZAIKS_WASM_INIT_FUEL).
	InitFuel uint64
	// Fuel is what a call may use that names none. Defaults to 1e9 (MOZAIKS_WASM_FUEL).
	Fuel uint64
	// SliceMax is the most fuel that a guest gets at once; it changes nothing but how often the host is asked. Defaults to
	// 2,097,152 (MOZAIKS_WASM_SLICE_MAX).
	SliceMax int64
	// Stack is how many bytes of stack a call may use, by the estimate of metering; at most 2 MiB. Defaults to 1 MiB
	// (MOZAIKS_WASM_STACK).
	Stack int
	// CPUs is how many guests execute at once. Defaults to those that the process may use (MOZAIKS_WASM_CPUS).
	CPUs int
	// Turn is how long a guest executes before it lets other lanes. Defaults to 10 ms (MOZAIKS_WASM_TURN).
	Turn time.Duration
	// MemoryBudget bounds the bytes of all instances and images. Defaults to half of what the process may have
	// (MOZAIKS_WASM_MEMORY_BUDGET).
	MemoryBudget uint64
	// MemoryWait is how long a call waits for memory that the budget does not have. Defaults to 1 s
	// (MOZAIKS_ADMISSION_WAIT).
	MemoryWait time.Duration
	// Reset is how an instance is put back after a call: ResetCopy, ResetMap, or ResetAuto, the default
	// (MOZAIKS_WASM_RESET).
	Reset string
	// IdlePerModule is how many instances of one module wait for calls. Defaults to twice CPUs
	// (MOZAIKS_WASM_IDLE_PER_MODULE).
	IdlePerModule int
	// IdleClose is after how long an instance that waits, but for one of each module, is closed. Defaults to 60 s
	// (MOZAIKS_WASM_IDLE_CLOSE).
	IdleClose time.Duration
	// PoolSpare is how many bytes of addresses of each size are kept for reuse. Defaults to 256 MiB
	// (MOZAIKS_WASM_POOL_SPARE).
	PoolSpare uint64
	// Profile is which instructions are accepted where a Policy names none: ProfileStandard, the default, or ProfileStrict
	// (MOZAIKS_WASM_PROFILE).
	Profile string
	// Backend is "compiler" or "interpreter"; both give the same results. Defaults to the compiler on amd64 and arm64,
	// to the interpreter elsewhere (MOZAIKS_WASM_BACKEND).
	Backend string
	// Limits bounds what a binary may hold.
	Limits InspectLimits

	// CallTimeout is the wall time of a call that names none. Defaults to 30 s (MOZAIKS_ACTION_TIMEOUT).
	CallTimeout time.Duration
	// InputMax is the largest input in bytes, INPUT_TOO_LARGE above it. Defaults to 1 MiB (MOZAIKS_WASM_INPUT_MAX).
	InputMax int
	// OutputMax is the largest answer of a handler in bytes, OUTPUT_TOO_LARGE above it. Defaults to 2 MiB
	// (MOZAIKS_WASM_OUTPUT_MAX).
	OutputMax int
	// RequestMax is the largest request of one operation in bytes; above it the guest gets limit_exceeded. Defaults to
	// 4 MiB (MOZAIKS_WASM_REQUEST_MAX).
	RequestMax int
	// AnswerMax is the largest answer of one operation in bytes; above it the guest gets limit_exceeded. Defaults to
	// 4 MiB (MOZAIKS_WASM_ANSWER_MAX).
	AnswerMax int
	// ExchangeMax is how many bytes all requests and answers of a call may have; above it the guest gets
	// limit_exceeded. Defaults to 32 MiB (MOZAIKS_WASM_EXCHANGE_MAX).
	ExchangeMax int
	// HostCalls is how many operations a call may ask for; above it the guest gets limit_exceeded. Defaults to 10,000
	// (MOZAIKS_WASM_HOST_CALLS).
	HostCalls int
	// ArenaMax is how many bytes the blocks of one call of an Extism guest may have; above it alloc answers 0. Defaults to
	// 16 MiB (MOZAIKS_WASM_ARENA).
	ArenaMax int
	// LogLines is how many lines a call may log; past this and the next two, the log operation answers limit_exceeded,
	// output to WASI errno 51, and a last line says how many were dropped. Defaults to 256 (MOZAIKS_WASM_LOG_LINES).
	LogLines int
	// LogMax is how many bytes the log lines of a call may have together. Defaults to 64 KiB (MOZAIKS_WASM_LOG_MAX).
	LogMax int
	// LogLine is how many bytes one line may have; output to WASI is cut there. Defaults to 8 KiB
	// (MOZAIKS_WASM_LOG_LINE).
	LogLine int
}

// withDefaults answers a copy without zeroes.
func (o *Options) withDefaults() (Options, error) {
	var out Options
	if o != nil {
		out = *o
	}
	for _, d := range []struct {
		field *int
		value int
	}{
		{&out.Compiles, max(1, runtime.NumCPU()/2)}, {&out.CPUs, runtime.GOMAXPROCS(0)}, {&out.Stack, 1 << 20}, {&out.InputMax, 1 << 20}, {&out.OutputMax, 2 << 20},
		{&out.RequestMax, 4 << 20}, {&out.AnswerMax, 4 << 20}, {&out.ExchangeMax, 32 << 20}, {&out.HostCalls, 10_000}, {&out.ArenaMax, extism.ArenaMax},
		{&out.LogLines, 256}, {&out.LogMax, 64 << 10}, {&out.LogLine, 8 << 10},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&out.CompileTimeout, time.Minute}, {&out.InitTimeout, 10 * time.Second}, {&out.CallTimeout, 30 * time.Second},
		{&out.Turn, 10 * time.Millisecond}, {&out.MemoryWait, time.Second}, {&out.IdleClose, time.Minute},
		{&out.UnloadAfter, 10 * time.Minute}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	for _, d := range []struct {
		field *uint64
		value uint64
	}{{&out.InitFuel, 5e9}, {&out.Fuel, 1e9}, {&out.PoolSpare, 256 << 20}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if out.MemoryBudget == 0 {
		out.MemoryBudget = physicalMemory() / 2
	}
	if out.CacheMax <= 0 {
		out.CacheMax = 4 << 30
	}
	if out.SliceMax <= 0 {
		out.SliceMax = 2_097_152
	}
	out.SliceMax = max(out.SliceMax, sliceLeast)
	if out.IdlePerModule <= 0 {
		out.IdlePerModule = 2 * out.CPUs
	}
	out.Stack = min(out.Stack, stackMost)
	out.Limits = out.Limits.WithDefaults()
	if err := oneOf("MOZAIKS_WASM_RESET", &out.Reset, ResetAuto, ResetCopy, ResetMap); err != nil {
		return out, err
	}
	if err := oneOf("MOZAIKS_WASM_PROFILE", &out.Profile, ProfileStandard, ProfileStrict); err != nil {
		return out, err
	}
	switch out.Backend {
	case BackendCompiler, BackendInterpreter:
	case "":
		out.Backend = BackendInterpreter
		if runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64" {
			out.Backend = BackendCompiler
		}
	default:
		return out, fault.New(fault.ConfigValue, "MOZAIKS_WASM_BACKEND is %s", wasm.Quote(out.Backend)).
			WithHint("use compiler or interpreter")
	}
	return out, nil
}

// stackMost is the largest Options.Stack: the native stack is larger, and must stay below what the engine below allows.
const stackMost = 2 << 20

// oneOf sees that a field is one of the values; the first is the default.
func oneOf(variable string, field *string, values ...string) error {
	if *field == "" {
		*field = values[0]
	}
	if !slices.Contains(values, *field) {
		return fault.New(fault.ConfigValue, "%s is %s", variable, wasm.Quote(*field)).WithHint("use " + strings.Join(values, ", "))
	}
	return nil
}
