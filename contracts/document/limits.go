package document

// Limits bound what a declaration may hold. A zero field takes its default.
type Limits struct {
	// MaxSize is the largest file in bytes, beyond it FILE_SIZE. MOZAIKS_DECL_MAX_SIZE; defaults to 256 KiB.
	MaxSize int
	// MaxDepth is how many lists and objects may lie within each other, the top one included; beyond it YAML_LIMIT.
	// MOZAIKS_DECL_MAX_DEPTH; defaults to 64.
	MaxDepth int
	// MaxNodes is how many values a file may hold, the top one included and keys left out; beyond it YAML_LIMIT.
	// MOZAIKS_DECL_MAX_NODES; defaults to 50,000.
	MaxNodes int
	// MaxItems is how many entries a list may have that a Reader reads; beyond it COUNT_LIMIT. Lists in open objects are
	// bounded by MaxNodes alone. MOZAIKS_DECL_MAX_ITEMS; defaults to 200.
	MaxItems int
}

// The defaults of Limits.
const (
	DefaultMaxSize  = 256 << 10
	DefaultMaxDepth = 64
	DefaultMaxNodes = 50_000
	DefaultMaxItems = 200
)

// WithDefaults answers l with every zero field at its default.
func (l Limits) WithDefaults() Limits {
	or := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	or(&l.MaxSize, DefaultMaxSize)
	or(&l.MaxDepth, DefaultMaxDepth)
	or(&l.MaxNodes, DefaultMaxNodes)
	or(&l.MaxItems, DefaultMaxItems)
	return l
}

// Size is the largest file in bytes, with its default filled in.
func (l Limits) Size() int64 { return int64(l.WithDefaults().MaxSize) }
