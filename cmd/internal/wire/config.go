// Package wire is the only place that picks concrete adapters and joins them: it reads the configuration whole, opens what it
// names, and gives the parts one life.
package wire

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Rate is how often something may happen, in a second; written 2000/s or 10/min.
type Rate float64

// Size is a number of bytes, written 64KiB, 1MiB, 4GiB or as a plain number.
type Size int64

// Config is every setting of this build, as the environment gives it. It is read once and checked whole before anything is
// opened.
type Config struct {
	// Env says where the host runs: development, staging or production. Development opens local access on loopback.
	Env string `env:"MOZAIKS_ENV" envDefault:"production"`
	// Listen is the listener of the API; :8080 is every interface. The flag --listen wins over it.
	Listen string `env:"MOZAIKS_LISTEN" envDefault:"127.0.0.1:8080"`
	// DataDir holds the SQLite file, caches and the generated keyring. The flag --data-dir wins over it.
	DataDir string `env:"MOZAIKS_DATA_DIR" envDefault:"./mozaiks-data"`
	// DatabaseURL is the server's role on a PostgreSQL database, made ready by `mozaiks db init`. Unset: SQLite in the data folder.
	DatabaseURL string `env:"MOZAIKS_DATABASE_URL"`
	// DatabaseMigrateURL is the role that makes tables there; the server's own where unset.
	DatabaseMigrateURL string `env:"MOZAIKS_DATABASE_MIGRATE_URL"`
	// Auth is the posture: local or closed. Derived where unset: local in development on loopback, else closed.
	Auth string `env:"MOZAIKS_AUTH"`
	// Keyring is a file of lines id:base64(32 bytes), mode 0600; the first key seals. Generated in the data folder where unset.
	Keyring string `env:"MOZAIKS_KEYRING"`
	// LogLevel is debug, info, warn or error.
	LogLevel string `env:"MOZAIKS_LOG_LEVEL" envDefault:"info"`
	// LogFormat is json or text.
	LogFormat string `env:"MOZAIKS_LOG_FORMAT" envDefault:"json"`
	// DevPermissions is what the developer holds without a persona: permission ids, or * for all that the app declares.
	DevPermissions []string `env:"MOZAIKS_DEV_PERMISSIONS" envDefault:"*"`
	// DrainDelay is how long the host still serves after it has said that it is not ready.
	DrainDelay time.Duration `env:"MOZAIKS_DRAIN_DELAY" envDefault:"5s"`
	// DrainTimeout is how long invocations in flight may take to end.
	DrainTimeout time.Duration `env:"MOZAIKS_DRAIN_TIMEOUT" envDefault:"30s"`

	MaxBody              Size          `env:"MOZAIKS_MAX_BODY" envDefault:"1MiB"`           // where a route has no limit of its own
	ActionInputMax       Size          `env:"MOZAIKS_ACTION_INPUT_MAX" envDefault:"512KiB"` // parameters of an action
	ActionResultMax      Size          `env:"MOZAIKS_ACTION_RESULT_MAX" envDefault:"2MiB"`  // result of an action
	ActionTimeout        time.Duration `env:"MOZAIKS_ACTION_TIMEOUT" envDefault:"30s"`      // where neither action nor module names one
	ActionTimeoutMax     time.Duration `env:"MOZAIKS_ACTION_TIMEOUT_MAX" envDefault:"600s"` // what a module may ask for
	ConcurrencyApp       int           `env:"MOZAIKS_CONCURRENCY_APP" envDefault:"64"`      // invocations at once, of an app
	ConcurrencyModule    int           `env:"MOZAIKS_CONCURRENCY_MODULE" envDefault:"32"`   // of a module
	ConcurrencyTenant    int           `env:"MOZAIKS_CONCURRENCY_TENANT" envDefault:"16"`   // of a tenant
	AdmissionQueue       int           `env:"MOZAIKS_ADMISSION_QUEUE" envDefault:"256"`     // waiting for a place
	AdmissionWait        time.Duration `env:"MOZAIKS_ADMISSION_WAIT" envDefault:"1s"`       // how long
	TxAttempts           int           `env:"MOZAIKS_TX_ATTEMPTS" envDefault:"4"`           // of a transaction that conflicts
	TxHold               time.Duration `env:"MOZAIKS_TX_HOLD" envDefault:"5s"`              // of the tenant's turn by one transaction
	TxWait               time.Duration `env:"MOZAIKS_TX_WAIT" envDefault:"5s"`              // for the turn
	IdempotencyRetention time.Duration `env:"MOZAIKS_IDEMPOTENCY_RETENTION" envDefault:"24h"`

	EventMaxSize         Size          `env:"MOZAIKS_EVENT_MAX_SIZE" envDefault:"64KiB"`
	EventsPerInvocation  int           `env:"MOZAIKS_EVENTS_PER_INVOCATION" envDefault:"100"`
	EventDepthMax        int           `env:"MOZAIKS_EVENT_DEPTH_MAX" envDefault:"8"`
	EventKeyRetention    time.Duration `env:"MOZAIKS_EVENT_KEY_RETENTION" envDefault:"30d"`
	ReactionKeyRetention time.Duration `env:"MOZAIKS_REACTION_KEY_RETENTION" envDefault:"30d"`
	DeliveryAttempts     int           `env:"MOZAIKS_DELIVERY_ATTEMPTS" envDefault:"10"`
	DeliveryBackoffMax   time.Duration `env:"MOZAIKS_DELIVERY_BACKOFF_MAX" envDefault:"1h"`
	DeliveryWaitMax      time.Duration `env:"MOZAIKS_DELIVERY_WAIT_MAX" envDefault:"24h"`
	Workers              int           `env:"MOZAIKS_WORKERS" envDefault:"32"`           // deliveries at once
	WorkersPerTenant     int           `env:"MOZAIKS_WORKERS_PER_TENANT" envDefault:"8"` // of one tenant
	RecipientsMax        int           `env:"MOZAIKS_NOTIFICATION_RECIPIENTS_MAX" envDefault:"10000"`

	DeclMaxSize    Size `env:"MOZAIKS_DECL_MAX_SIZE" envDefault:"256KiB"` // of a declaration file
	DeclMaxDepth   int  `env:"MOZAIKS_DECL_MAX_DEPTH" envDefault:"64"`
	DeclMaxNodes   int  `env:"MOZAIKS_DECL_MAX_NODES" envDefault:"50000"`
	DeclMaxItems   int  `env:"MOZAIKS_DECL_MAX_ITEMS" envDefault:"200"` // entries of a list
	SchemaMaxSize  Size `env:"MOZAIKS_SCHEMA_MAX_SIZE" envDefault:"64KiB"`
	SchemaMaxDepth int  `env:"MOZAIKS_SCHEMA_MAX_DEPTH" envDefault:"32"`
	SchemaMaxSteps int  `env:"MOZAIKS_SCHEMA_MAX_STEPS" envDefault:"2000000"` // of judging one value
	// SchemaMaxPattern is the longest pattern.
	SchemaMaxPattern Size `env:"MOZAIKS_SCHEMA_MAX_PATTERN" envDefault:"4KiB"`
	// SchemaMaxPatterns is how many instructions the compiled patterns of a module may have in all.
	SchemaMaxPatterns int  `env:"MOZAIKS_SCHEMA_MAX_PATTERNS" envDefault:"250000"`
	ModuleMaxFiles    int  `env:"MOZAIKS_MODULE_MAX_FILES" envDefault:"1000"`
	ModuleMaxSize     Size `env:"MOZAIKS_MODULE_MAX_SIZE" envDefault:"64MiB"`
	CheckMaxFindings  int  `env:"MOZAIKS_CHECK_MAX_FINDINGS" envDefault:"500"`
	TestMaxVectors    int  `env:"MOZAIKS_TEST_MAX_VECTORS" envDefault:"500"` // tests of a module
	AppMaxModules     int  `env:"MOZAIKS_APP_MAX_MODULES" envDefault:"200"`
	EventFanoutMax    int  `env:"MOZAIKS_EVENT_FANOUT_MAX" envDefault:"64"` // subscriptions to one event type in an app
	// HostModulesDir is a folder of modules that every app has; an app's own module takes the place of the one with its id.
	HostModulesDir string `env:"MOZAIKS_HOST_MODULES_DIR"`

	WasmMaxSize        Size          `env:"MOZAIKS_WASM_MAX_SIZE" envDefault:"8MiB"`
	WasmMemory         Size          `env:"MOZAIKS_WASM_MEMORY" envDefault:"64MiB"` // where a module names none
	WasmMemoryMax      Size          `env:"MOZAIKS_WASM_MEMORY_MAX" envDefault:"256MiB"`
	WasmFuel           int64         `env:"MOZAIKS_WASM_FUEL" envDefault:"1000000000"`
	WasmFuelMax        int64         `env:"MOZAIKS_WASM_FUEL_MAX" envDefault:"50000000000"`
	WasmCacheDir       string        `env:"MOZAIKS_WASM_CACHE_DIR"` // cache/wasm in the data folder where unset
	WasmCacheMax       Size          `env:"MOZAIKS_WASM_CACHE_MAX" envDefault:"4GiB"`
	WasmUnloadAfter    time.Duration `env:"MOZAIKS_WASM_UNLOAD_AFTER" envDefault:"10m"` // uncalled, until a module's code leaves memory
	WasmBackend        string        `env:"MOZAIKS_WASM_BACKEND"`                       // compiler or interpreter; what the processor allows where unset
	WasmCompiles       int           `env:"MOZAIKS_WASM_COMPILES"`                      // at once; half the processors where unset
	WasmCompileTimeout time.Duration `env:"MOZAIKS_WASM_COMPILE_TIMEOUT" envDefault:"60s"`
	WasmInitTimeout    time.Duration `env:"MOZAIKS_WASM_INIT_TIMEOUT" envDefault:"10s"`
	WasmInitFuel       int64         `env:"MOZAIKS_WASM_INIT_FUEL" envDefault:"5000000000"`
	WasmSliceMax       int64         `env:"MOZAIKS_WASM_SLICE_MAX" envDefault:"2097152"`
	WasmStack          Size          `env:"MOZAIKS_WASM_STACK" envDefault:"1MiB"` // of a call; at most 2 MiB
	WasmCPUs           int           `env:"MOZAIKS_WASM_CPUS"`                    // guests that execute at once; the processors where unset
	WasmTurn           time.Duration `env:"MOZAIKS_WASM_TURN" envDefault:"10ms"`  // execution before another tenant has its turn
	WasmMemoryBudget   Size          `env:"MOZAIKS_WASM_MEMORY_BUDGET"`           // of all instances and images; half the memory where unset
	WasmReset          string        `env:"MOZAIKS_WASM_RESET" envDefault:"auto"` // auto, copy or cow
	WasmIdlePerModule  int           `env:"MOZAIKS_WASM_IDLE_PER_MODULE"`         // instances that wait; twice MOZAIKS_WASM_CPUS where unset
	WasmIdleClose      time.Duration `env:"MOZAIKS_WASM_IDLE_CLOSE" envDefault:"60s"`
	WasmPoolSpare      Size          `env:"MOZAIKS_WASM_POOL_SPARE" envDefault:"256MiB"` // addresses kept for reuse, of each size
	WasmProfile        string        `env:"MOZAIKS_WASM_PROFILE" envDefault:"standard"`  // standard or strict
	WasmArena          Size          `env:"MOZAIKS_WASM_ARENA" envDefault:"16MiB"`       // of an Extism call
	// What a binary may hold, beside WasmMaxSize.
	WasmMaxTypes          int  `env:"MOZAIKS_WASM_MAX_TYPES" envDefault:"10000"`
	WasmMaxFunctions      int  `env:"MOZAIKS_WASM_MAX_FUNCTIONS" envDefault:"50000"`
	WasmMaxGlobals        int  `env:"MOZAIKS_WASM_MAX_GLOBALS" envDefault:"10000"`
	WasmMaxImports        int  `env:"MOZAIKS_WASM_MAX_IMPORTS" envDefault:"1000"`
	WasmMaxExports        int  `env:"MOZAIKS_WASM_MAX_EXPORTS" envDefault:"10000"`
	WasmMaxParams         int  `env:"MOZAIKS_WASM_MAX_PARAMS" envDefault:"128"` // of a type
	WasmMaxResults        int  `env:"MOZAIKS_WASM_MAX_RESULTS" envDefault:"16"` // of a type
	WasmMaxLocals         int  `env:"MOZAIKS_WASM_MAX_LOCALS" envDefault:"10000"`
	WasmMaxLocalsTotal    int  `env:"MOZAIKS_WASM_MAX_LOCALS_TOTAL" envDefault:"1000000"`
	WasmMaxBodySize       Size `env:"MOZAIKS_WASM_MAX_BODY_SIZE" envDefault:"1MiB"`
	WasmMaxNesting        int  `env:"MOZAIKS_WASM_MAX_NESTING" envDefault:"1024"`  // of blocks
	WasmMaxOperands       int  `env:"MOZAIKS_WASM_MAX_OPERANDS" envDefault:"4096"` // on the stack of a function
	WasmMaxBrTable        int  `env:"MOZAIKS_WASM_MAX_BR_TABLE" envDefault:"20000"`
	WasmMaxBrTableTotal   int  `env:"MOZAIKS_WASM_MAX_BR_TABLE_TOTAL" envDefault:"500000"`
	WasmMaxTables         int  `env:"MOZAIKS_WASM_MAX_TABLES" envDefault:"8"`
	WasmMaxTableEntries   int  `env:"MOZAIKS_WASM_MAX_TABLE_ENTRIES" envDefault:"65536"` // of all tables at first; of one later
	WasmMaxElemSegments   int  `env:"MOZAIKS_WASM_MAX_ELEM_SEGMENTS" envDefault:"10000"`
	WasmMaxElements       int  `env:"MOZAIKS_WASM_MAX_ELEMENTS" envDefault:"200000"`
	WasmMaxDataSegments   int  `env:"MOZAIKS_WASM_MAX_DATA_SEGMENTS" envDefault:"100000"`
	WasmMaxNameLength     Size `env:"MOZAIKS_WASM_MAX_NAME_LENGTH" envDefault:"256"`
	WasmMaxCustomSections int  `env:"MOZAIKS_WASM_MAX_CUSTOM_SECTIONS" envDefault:"256"`
	WasmFindingsMax       int  `env:"MOZAIKS_WASM_FINDINGS_MAX" envDefault:"200"`

	WasmInputMax    Size `env:"MOZAIKS_WASM_INPUT_MAX" envDefault:"1MiB"`
	WasmHostCalls   int  `env:"MOZAIKS_WASM_HOST_CALLS" envDefault:"10000"` // of one invocation
	WasmRequestMax  Size `env:"MOZAIKS_WASM_REQUEST_MAX" envDefault:"4MiB"`
	WasmAnswerMax   Size `env:"MOZAIKS_WASM_ANSWER_MAX" envDefault:"4MiB"`
	WasmExchangeMax Size `env:"MOZAIKS_WASM_EXCHANGE_MAX" envDefault:"32MiB"`
	WasmLogLines    int  `env:"MOZAIKS_WASM_LOG_LINES" envDefault:"256"`
	WasmLogMax      Size `env:"MOZAIKS_WASM_LOG_MAX" envDefault:"64KiB"`
	WasmLogLine     Size `env:"MOZAIKS_WASM_LOG_LINE" envDefault:"8KiB"`

	SQLiteReaders        int           `env:"MOZAIKS_SQLITE_READERS"` // the larger of 4 and the processors where unset
	SQLiteSynchronous    string        `env:"MOZAIKS_SQLITE_SYNCHRONOUS" envDefault:"FULL"`
	SQLiteWALMax         Size          `env:"MOZAIKS_SQLITE_WAL_MAX" envDefault:"64MiB"` // size of the write-ahead log at which it is cut back
	DatabasePool         int           `env:"MOZAIKS_DATABASE_POOL" envDefault:"20"`     // connections to PostgreSQL
	DatabaseWait         time.Duration `env:"MOZAIKS_DATABASE_WAIT" envDefault:"2s"`
	MigrateWait          time.Duration `env:"MOZAIKS_MIGRATE_WAIT" envDefault:"30s"` // for another process that changes an app's tables
	DataMaxDocument      Size          `env:"MOZAIKS_DATA_MAX_DOCUMENT" envDefault:"1MiB"`
	DataMaxRequest       Size          `env:"MOZAIKS_DATA_MAX_REQUEST" envDefault:"4MiB"`
	DataMaxResponse      Size          `env:"MOZAIKS_DATA_MAX_RESPONSE" envDefault:"2MiB"`
	DataMaxOps           int           `env:"MOZAIKS_DATA_MAX_OPS" envDefault:"100"`
	DataMaxBatches       int           `env:"MOZAIKS_DATA_MAX_BATCHES" envDefault:"64"`
	DataMaxCalls         int           `env:"MOZAIKS_DATA_MAX_CALLS" envDefault:"1000"`
	DataMaxRows          int           `env:"MOZAIKS_DATA_MAX_ROWS" envDefault:"5000"`
	DataScanBudget       int           `env:"MOZAIKS_DATA_SCAN_BUDGET" envDefault:"10000"`
	QuotaRows            int64         `env:"MOZAIKS_QUOTA_ROWS" envDefault:"1000000"`         // documents of a tenant in an app
	QuotaSize            Size          `env:"MOZAIKS_QUOTA_SIZE" envDefault:"1GiB"`            // of these in all
	RateData             Rate          `env:"MOZAIKS_RATE_DATA" envDefault:"2000/s"`           // data calls of a tenant on this node
	RateDataBurst        int           `env:"MOZAIKS_RATE_DATA_BURST" envDefault:"4000"`       // of these at once
	DataStatementTimeout time.Duration `env:"MOZAIKS_DATA_STATEMENT_TIMEOUT" envDefault:"10s"` // of one data operation
	// DataAppWideWrites says who may write collections of no tenant: declared (as the contract says), operator or deny.
	DataAppWideWrites   string `env:"MOZAIKS_DATA_APP_WIDE_WRITES" envDefault:"declared"`
	DataAggregateBudget int    `env:"MOZAIKS_DATA_AGGREGATE_BUDGET" envDefault:"100000"`
}

// ConfigError is everything that is wrong with a configuration.
type ConfigError struct{ Findings []diagnostic.Finding }

func (e *ConfigError) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = fmt.Sprintf("error[%s] %s: %s", f.Code, f.Path, f.Message)
		if f.Hint != "" {
			lines[i] += "\n  hint: " + f.Hint
		}
	}
	return "the configuration is wrong\n" + strings.Join(lines, "\n")
}

// LoadConfig reads the settings from lines NAME=value and checks each by itself. A name that is empty counts as unset; an
// unknown one that begins MOZAIKS_ is an error.
func LoadConfig(environ []string) (*Config, error) {
	given := map[string]string{}
	for name, value := range env.ToMap(environ) {
		if v := strings.TrimSpace(value); v != "" {
			given[name] = v
		}
	}
	var c Config
	var findings []diagnostic.Finding
	options := env.Options{Environment: given, FuncMap: map[reflect.Type]env.ParserFunc{
		reflect.TypeFor[time.Duration](): func(s string) (any, error) { return parseDuration(s) },
		reflect.TypeFor[Size]():          func(s string) (any, error) { return parseSize(s) },
		reflect.TypeFor[Rate]():          func(s string) (any, error) { return parseRate(s) },
	}}
	if err := env.ParseWithOptions(&c, options); err != nil {
		findings = append(findings, valueFindings(err)...)
	}
	params, err := env.GetFieldParams(&c)
	if err != nil {
		return nil, err
	}
	var known []string
	for _, p := range params {
		known = append(known, p.Key)
	}
	for name := range given {
		if strings.HasPrefix(name, "MOZAIKS_") && !slices.Contains(known, name) && !injected(name) {
			hint := "remove it"
			if near := document.Nearest(name, known); near != "" {
				hint = "did you mean " + near + "?"
			}
			findings = append(findings, finding(fault.ConfigUnknown, name, "no such setting", hint))
		}
	}
	if len(findings) == 0 {
		findings = c.check()
	}
	if len(findings) > 0 {
		diagnostic.Sort(findings)
		return nil, &ConfigError{Findings: findings}
	}
	return &c, nil
}

// injected tells names that orchestrators set for services called mozaiks.
func injected(name string) bool {
	return strings.HasPrefix(name, "MOZAIKS_PORT") || strings.HasSuffix(name, "SERVICE_HOST") || strings.HasSuffix(name, "_PORT") ||
		strings.Contains(name, "_PORT_")
}

func finding(code fault.Code, name, message, hint string) diagnostic.Finding {
	return diagnostic.Finding{Code: code, Severity: diagnostic.Error, Path: name, Message: message, Hint: hint}
}

// valueFindings names the variables that could not be read; their values are not repeated.
func valueFindings(err error) []diagnostic.Finding {
	var out []diagnostic.Finding
	var all env.AggregateError
	if !errors.As(err, &all) {
		return []diagnostic.Finding{finding(fault.ConfigValue, "MOZAIKS_", "a setting cannot be read", "")}
	}
	for _, e := range all.Errors {
		var p env.ParseError
		if errors.As(e, &p) {
			if f, ok := reflect.TypeFor[Config]().FieldByName(p.Name); ok {
				out = append(out, finding(fault.ConfigValue, f.Tag.Get("env"), "is not of the form "+form(f.Type), "write it as the default is written: "+f.Tag.Get("envDefault")))
				continue
			}
		}
		out = append(out, finding(fault.ConfigValue, "MOZAIKS_", "a setting cannot be read", ""))
	}
	return out
}

func form(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return "250ms, 30s, 10m, 24h or 7d"
	case reflect.TypeFor[Size]():
		return "64KiB, 1MiB or 4GiB"
	default:
		return t.Kind().String()
	}
}

// parseDuration reads 250ms, 30s, 10m, 24h and, beyond Go's own form, 7d.
func parseDuration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseInt(days, 10, 32)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(s)
}

func parseRate(s string) (Rate, error) {
	text, seconds := "", 1.0
	if n, ok := strings.CutSuffix(s, "/min"); ok {
		text, seconds = n, 60
	} else if n, ok := strings.CutSuffix(s, "/s"); ok {
		text = n
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err == nil && n == 0 {
		err = strconv.ErrRange
	}
	return Rate(float64(n) / seconds), err
}

func parseSize(s string) (Size, error) {
	for _, u := range []struct {
		suffix string
		factor int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"", 1}} {
		if digits, ok := strings.CutSuffix(s, u.suffix); ok {
			n, err := strconv.ParseInt(digits, 10, 64)
			if err == nil && n > (1<<62)/u.factor {
				err = strconv.ErrRange
			}
			return Size(n * u.factor), err
		}
	}
	return 0, strconv.ErrSyntax
}

// check finds what is wrong between settings, and values out of range.
func (c *Config) check() []diagnostic.Finding {
	var out []diagnostic.Finding
	enum := func(name, value string, allowed ...string) {
		if value != "" && !slices.Contains(allowed, value) {
			out = append(out, finding(fault.ConfigValue, name, "is one of "+strings.Join(allowed, ", "), "choose one of them"))
		}
	}
	enum("MOZAIKS_ENV", c.Env, "development", "staging", "production")
	enum("MOZAIKS_AUTH", c.Auth, "local", "closed")
	enum("MOZAIKS_LOG_LEVEL", c.LogLevel, "debug", "info", "warn", "error")
	enum("MOZAIKS_LOG_FORMAT", c.LogFormat, "json", "text")
	enum("MOZAIKS_WASM_BACKEND", c.WasmBackend, "compiler", "interpreter")
	enum("MOZAIKS_WASM_RESET", c.WasmReset, "auto", "copy", "cow")
	enum("MOZAIKS_WASM_PROFILE", c.WasmProfile, "standard", "strict")
	enum("MOZAIKS_DATA_APP_WIDE_WRITES", c.DataAppWideWrites, "declared", "operator", "deny")
	enum("MOZAIKS_SQLITE_SYNCHRONOUS", c.SQLiteSynchronous, "FULL", "NORMAL")
	out = append(out, positive(c)...)
	contradiction := func(name, message, hint string) {
		out = append(out, finding(fault.ConfigContradiction, name, message, hint))
	}
	loopback := isLoopback(c.Listen)
	switch {
	case c.Auth == "local" && c.Env != "development":
		contradiction("MOZAIKS_AUTH", "local contradicts MOZAIKS_ENV="+c.Env, "set MOZAIKS_ENV=development, or leave MOZAIKS_AUTH unset")
	case c.Auth == "local" && !loopback:
		contradiction("MOZAIKS_AUTH", "local contradicts MOZAIKS_LISTEN, which is not loopback", "listen on 127.0.0.1")
	case c.Auth == "" && !loopback:
		out = append(out, finding(fault.ConfigMissing, "MOZAIKS_AUTH", "is needed where MOZAIKS_LISTEN is not loopback",
			"listen on 127.0.0.1, or set MOZAIKS_AUTH=closed"))
	}
	if c.WasmMemory > c.WasmMemoryMax {
		contradiction("MOZAIKS_WASM_MEMORY", "is above MOZAIKS_WASM_MEMORY_MAX", "lower it")
	}
	if c.Workers > 0 && c.WorkersPerTenant > c.Workers {
		contradiction("MOZAIKS_WORKERS_PER_TENANT", "is above MOZAIKS_WORKERS", "lower it")
	}
	return out
}

// positive refuses zero and negative limits where they were written down.
func positive(c *Config) []diagnostic.Finding {
	var out []diagnostic.Finding
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !v.Field(i).CanInt() || f.Tag.Get("envDefault") == "" && v.Field(i).Int() == 0 {
			continue
		}
		if n := v.Field(i).Int(); n < 0 || n == 0 && f.Name != "DrainDelay" {
			out = append(out, finding(fault.ConfigValue, f.Tag.Get("env"), "must be above 0", "leave it unset for the default "+f.Tag.Get("envDefault")))
		}
	}
	return out
}

// isLoopback tells whether an address to listen on is reached from this machine alone.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// AuthMode is the posture in force.
func (c *Config) AuthMode() string {
	switch {
	case c.Auth != "":
		return c.Auth
	case c.Env == "development" && isLoopback(c.Listen):
		return "local"
	default:
		return "closed"
	}
}
