package wire

import (
	"context"
	"path/filepath"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/contracts/schema"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/postgres"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// The options of each part, from the one configuration.

// CheckOptions are the limits of checking modules.
func (c *Config) CheckOptions() *modules.CheckOptions {
	return &modules.CheckOptions{BinaryMax: int(c.WasmMaxSize), Contract: c.contractOptions(), Inspect: c.inspectLimits(),
		HostModules: c.HostModulesDir, MaxModules: c.AppMaxModules, Fanout: c.EventFanoutMax}
}

func (c *Config) contractOptions() module.Options {
	return module.Options{
		Limits: document.Limits{MaxSize: int(c.DeclMaxSize), MaxDepth: c.DeclMaxDepth, MaxNodes: c.DeclMaxNodes, MaxItems: c.DeclMaxItems},
		Schema: schema.Limits{MaxSize: int(c.SchemaMaxSize), MaxDepth: c.SchemaMaxDepth, MaxSteps: c.SchemaMaxSteps,
			MaxPattern: int(c.SchemaMaxPattern), MaxPatterns: c.SchemaMaxPatterns},
		MemoryMB: int(c.WasmMemory >> 20), MemoryMaxMB: int(c.WasmMemoryMax >> 20), Fuel: c.WasmFuel, FuelMax: c.WasmFuelMax,
		Timeout: c.ActionTimeout, TimeoutMax: c.ActionTimeoutMax, MaxFiles: c.ModuleMaxFiles, MaxBytes: int64(c.ModuleMaxSize),
		MaxVectors: c.TestMaxVectors,
	}
}

// TestEngineOptions are those of an engine that runs tests: without a cache, since its binaries change all the time.
func (c *Config) TestEngineOptions() *wasmhost.Options {
	o := c.engineOptions()
	o.CacheDir = ""
	return o
}

// TestStore opens a store that nobody needs after the test.
func (c *Config) TestStore(ctx context.Context, dir string) (*persistence.Store, error) {
	db, err := sqlite.Open(ctx, dir, &sqlite.Options{Readers: 2, Synchronous: "OFF"})
	if err != nil {
		return nil, err
	}
	return persistence.New(db, &persistence.Options{CursorKey: [32]byte{1}}), nil
}

func (c *Config) engineOptions() *wasmhost.Options {
	cache := c.WasmCacheDir
	if cache == "" {
		cache = filepath.Join(c.DataDir, "cache", "wasm")
	}
	return &wasmhost.Options{CacheDir: cache, CacheMax: int64(c.WasmCacheMax), UnloadAfter: c.WasmUnloadAfter, Compiles: c.WasmCompiles, CompileTimeout: c.WasmCompileTimeout,
		InitTimeout: c.WasmInitTimeout, Backend: c.WasmBackend, InputMax: int(c.WasmInputMax), OutputMax: int(c.ActionResultMax),
		RequestMax: int(c.WasmRequestMax), AnswerMax: int(c.WasmAnswerMax), ExchangeMax: int(c.WasmExchangeMax),
		HostCalls: c.WasmHostCalls, LogLines: c.WasmLogLines, LogMax: int(c.WasmLogMax), LogLine: int(c.WasmLogLine),
		InitFuel: uint64(c.WasmInitFuel), Fuel: uint64(c.WasmFuel), SliceMax: c.WasmSliceMax, Stack: int(c.WasmStack),
		CPUs: c.WasmCPUs, Turn: c.WasmTurn, MemoryBudget: uint64(c.WasmMemoryBudget), MemoryWait: c.AdmissionWait,
		Reset: c.WasmReset, IdlePerModule: c.WasmIdlePerModule, IdleClose: c.WasmIdleClose, PoolSpare: uint64(c.WasmPoolSpare),
		Profile: c.WasmProfile, ArenaMax: int(c.WasmArena), Limits: c.inspectLimits()}
}

// inspectLimits is what a binary may hold.
func (c *Config) inspectLimits() wasmhost.InspectLimits {
	return wasmhost.InspectLimits{Size: int(c.WasmMaxSize), Types: c.WasmMaxTypes, Functions: c.WasmMaxFunctions,
		Globals: c.WasmMaxGlobals, Imports: c.WasmMaxImports, Exports: c.WasmMaxExports, Params: c.WasmMaxParams,
		Results: c.WasmMaxResults, Locals: c.WasmMaxLocals, LocalsTotal: c.WasmMaxLocalsTotal, BodySize: int(c.WasmMaxBodySize),
		Nesting: c.WasmMaxNesting, Operands: c.WasmMaxOperands, BranchTable: c.WasmMaxBrTable,
		BranchTableTotal: c.WasmMaxBrTableTotal, Tables: c.WasmMaxTables, TableEntries: c.WasmMaxTableEntries,
		ElemSegments: c.WasmMaxElemSegments, Elements: c.WasmMaxElements, DataSegments: c.WasmMaxDataSegments,
		NameLength: int(c.WasmMaxNameLength), CustomSections: c.WasmMaxCustomSections, Findings: c.WasmFindingsMax}
}

func (c *Config) storeOptions(cursorKey [32]byte) *persistence.Options {
	return &persistence.Options{CursorKey: cursorKey, MaxDocument: int(c.DataMaxDocument), MaxRequest: int(c.DataMaxRequest),
		MaxResponse: int(c.DataMaxResponse), MaxOps: c.DataMaxOps, MaxBatches: c.DataMaxBatches, MaxCalls: c.DataMaxCalls,
		MaxRows: c.DataMaxRows, ScanBudget: c.DataScanBudget, AggregateBudget: c.DataAggregateBudget,
		QuotaRows: c.QuotaRows, QuotaSize: int64(c.QuotaSize), RateData: float64(c.RateData), RateDataBurst: c.RateDataBurst, MigrateWait: c.MigrateWait,
		StatementTimeout: c.DataStatementTimeout, AppWideWrites: c.DataAppWideWrites}
}

// openStore opens PostgreSQL where its URL is given, else the file in the data folder.
func (c *Config) openStore(ctx context.Context) (driver.Driver, error) {
	if c.DatabaseURL == "" {
		return sqlite.Open(ctx, c.DataDir, c.sqliteOptions())
	}
	return postgres.Open(ctx, c.DatabaseURL, &postgres.Options{MigrateURL: c.DatabaseMigrateURL, Pool: c.DatabasePool, TurnWait: c.TxWait, Wait: c.DatabaseWait,
		StatementTimeout: c.DataStatementTimeout})
}

// StoreName says for people where the store is.
func (c *Config) StoreName() string {
	if c.DatabaseURL == "" {
		return "SQLite in " + c.DataDir
	}
	return "PostgreSQL"
}

// InitDatabase makes roles and schema in the database that the URL of a superuser names.
func InitDatabase(ctx context.Context, url string) error { return postgres.Init(ctx, url) }

// DatabaseSQL is what InitDatabase runs.
func DatabaseSQL() string { return postgres.InitSQL }

func (c *Config) sqliteOptions() *sqlite.Options {
	return &sqlite.Options{Readers: c.SQLiteReaders, Synchronous: c.SQLiteSynchronous, WriterWait: c.TxWait, ReaderWait: c.DatabaseWait,
		WALMax: int64(c.SQLiteWALMax)}
}

func (c *Config) eventOptions() *events.Options {
	return &events.Options{MaxSize: int(c.EventMaxSize), PerInvocation: c.EventsPerInvocation, DepthMax: c.EventDepthMax,
		KeyRetention: c.EventKeyRetention, ReactionKeyRetention: c.ReactionKeyRetention, Attempts: c.DeliveryAttempts,
		BackoffMax: c.DeliveryBackoffMax, WaitMax: c.DeliveryWaitMax, Workers: c.Workers, WorkersPerTenant: c.WorkersPerTenant}
}

func (c *Config) executorOptions() *modules.ExecutorOptions {
	return &modules.ExecutorOptions{ResultMax: int(c.ActionResultMax), InputMax: int(c.ActionInputMax), Attempts: c.TxAttempts,
		Hold: c.TxHold, IdempotencyRetention: c.IdempotencyRetention, LogLevel: c.LogLevel,
		Admission: modules.AdmissionOptions{PerApp: c.ConcurrencyApp, PerModule: c.ConcurrencyModule, PerTenant: c.ConcurrencyTenant,
			Queue: c.AdmissionQueue, Wait: c.AdmissionWait}}
}

func (c *Config) inboxOptions() *routing.InboxOptions {
	return &routing.InboxOptions{RecipientsMax: c.RecipientsMax}
}
