package wasmhost

import (
	"runtime"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Kinds of native engines.
const (
	BackendCompiler    = "compiler"
	BackendInterpreter = "interpreter"
)

// Options configures an Engine. A nil *Options and a zero field mean the defaults.
type Options struct {
	// CacheDir keeps compiled code between runs. It is code that the process will run: it is made with mode 0700, and one
	// that another user owns or may write to is refused with CACHE_UNSAFE. Defaults to "", no cache on disk
	// (MOZAIKS_WASM_CACHE_DIR).
	CacheDir string
	// Compiles is how many binaries are compiled at once; the rest wait. Defaults to half the CPUs, at least 1
	// (MOZAIKS_WASM_COMPILES).
	Compiles int
	// CompileTimeout is how long one compile may take before its load fails with BACKEND_COMPILE. The compile keeps its
	// place until it really ends. Defaults to 60 s (MOZAIKS_WASM_COMPILE_TIMEOUT).
	CompileTimeout time.Duration
	// InitTimeout is how long the initialisation of an instance may take. Defaults to 10 s (MOZAIKS_WASM_INIT_TIMEOUT).
	InitTimeout time.Duration
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
		{&out.Compiles, max(1, runtime.NumCPU()/2)}, {&out.InputMax, 1 << 20}, {&out.OutputMax, 2 << 20},
		{&out.RequestMax, 4 << 20}, {&out.AnswerMax, 4 << 20}, {&out.ExchangeMax, 32 << 20}, {&out.HostCalls, 10_000},
		{&out.LogLines, 256}, {&out.LogMax, 64 << 10}, {&out.LogLine, 8 << 10},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&out.CompileTimeout, time.Minute}, {&out.InitTimeout, 10 * time.Second}, {&out.CallTimeout, 30 * time.Second}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	out.Limits = out.Limits.withDefaults()
	switch out.Backend {
	case BackendCompiler, BackendInterpreter:
	case "":
		out.Backend = BackendInterpreter
		if runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64" {
			out.Backend = BackendCompiler
		}
	default:
		return out, fault.New(fault.ConfigValue, "MOZAIKS_WASM_BACKEND is %s", quote(out.Backend)).
			WithHint("use compiler or interpreter")
	}
	return out, nil
}
