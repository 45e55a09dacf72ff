package wasm

// Limits bounds what a binary may hold. Zero in a field means its default; above a limit the finding is
// BACKEND_LIMIT, unless the field names another code.
type Limits struct {
	// Size is the largest binary in bytes, BACKEND_SIZE above it; a Policy may set its own. Defaults to 8 MiB
	// (MOZAIKS_WASM_MAX_SIZE).
	Size int
	// Types is how many function types there may be. Defaults to 10,000 (MOZAIKS_WASM_MAX_TYPES).
	Types int
	// Functions is how many functions a binary may define. Defaults to 50,000 (MOZAIKS_WASM_MAX_FUNCTIONS).
	Functions int
	// Globals is how many globals a binary may define. Defaults to 10,000 (MOZAIKS_WASM_MAX_GLOBALS).
	Globals int
	// Imports is how many entries the import section may have. Defaults to 1,000 (MOZAIKS_WASM_MAX_IMPORTS).
	Imports int
	// Exports is how many entries the export section may have. Defaults to 10,000 (MOZAIKS_WASM_MAX_EXPORTS).
	Exports int
	// Params is how many parameters a type may have. Defaults to 128 (MOZAIKS_WASM_MAX_PARAMS).
	Params int
	// Results is how many results a type may have. Defaults to 16 (MOZAIKS_WASM_MAX_RESULTS).
	Results int
	// Locals is how many locals a function may declare. Defaults to 10,000 (MOZAIKS_WASM_MAX_LOCALS).
	Locals int
	// LocalsTotal is how many locals all functions together may declare. Defaults to 1,000,000
	// (MOZAIKS_WASM_MAX_LOCALS_TOTAL).
	LocalsTotal int
	// BodySize is the largest function body in bytes. Defaults to 1 MiB (MOZAIKS_WASM_MAX_BODY_SIZE).
	BodySize int
	// Nesting is how deep blocks may lie in each other. Defaults to 1,024 (MOZAIKS_WASM_MAX_NESTING).
	Nesting int
	// Operands is how many operands the stack of a function may hold. Defaults to 4,096 (MOZAIKS_WASM_MAX_OPERANDS).
	Operands int
	// BranchTable is how many targets one br_table may have. Defaults to 20,000 (MOZAIKS_WASM_MAX_BR_TABLE).
	BranchTable int
	// BranchTableTotal is how many targets all br_table together may have. Defaults to 500,000
	// (MOZAIKS_WASM_MAX_BR_TABLE_TOTAL).
	BranchTableTotal int
	// Tables is how many tables a binary may define. Defaults to 8 (MOZAIKS_WASM_MAX_TABLES).
	Tables int
	// TableEntries is how many entries all tables together may have at first, BACKEND_TABLE above it; at run time no
	// table grows past it, or past its first size if that is larger. Defaults to 65,536
	// (MOZAIKS_WASM_MAX_TABLE_ENTRIES).
	TableEntries int
	// ElemSegments is how many element segments there may be. Defaults to 10,000 (MOZAIKS_WASM_MAX_ELEM_SEGMENTS).
	ElemSegments int
	// Elements is how many elements all element segments together may have. Defaults to 200,000
	// (MOZAIKS_WASM_MAX_ELEMENTS).
	Elements int
	// DataSegments is how many data segments there may be; Go's linker writes up to 100,000. Defaults to 100,000
	// (MOZAIKS_WASM_MAX_DATA_SEGMENTS).
	DataSegments int
	// NameLength is the longest name of an import or export, in bytes. Defaults to 256 (MOZAIKS_WASM_MAX_NAME_LENGTH).
	NameLength int
	// CustomSections is how many custom sections there may be. Defaults to 256 (MOZAIKS_WASM_MAX_CUSTOM_SECTIONS).
	CustomSections int
	// Findings is how many findings one binary may cause; the rest are not reported and Truncated is set. Defaults to
	// 200 (MOZAIKS_WASM_FINDINGS_MAX).
	Findings int
}

// WithDefaults fills in what is zero.
func (l Limits) WithDefaults() Limits {
	for _, d := range []struct {
		field *int
		value int
	}{
		{&l.Size, 8 << 20}, {&l.Types, 10_000}, {&l.Functions, 50_000}, {&l.Globals, 10_000}, {&l.Imports, 1_000},
		{&l.Exports, 10_000}, {&l.Params, 128}, {&l.Results, 16}, {&l.Locals, 10_000}, {&l.LocalsTotal, 1_000_000},
		{&l.BodySize, 1 << 20}, {&l.Nesting, 1_024}, {&l.Operands, 4_096},
		{&l.BranchTable, 20_000}, {&l.BranchTableTotal, 500_000}, {&l.Tables, 8}, {&l.TableEntries, 65_536}, {&l.ElemSegments, 10_000},
		{&l.Elements, 200_000}, {&l.DataSegments, 100_000}, {&l.NameLength, 256}, {&l.CustomSections, 256},
		{&l.Findings, 200},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	return l
}
