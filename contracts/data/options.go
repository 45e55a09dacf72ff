package data

import "github.com/mozaiks/mozaiks/contracts/document"

// Options bound what a data contract may hold. A zero field takes its default. All of these are fixed: no variable changes
// them, so that a contract fits every host or none.
type Options struct {
	// File is how findings name the file. Defaults to data/contract.json.
	File string
	// MaxSize is the largest contract in bytes, beyond it FILE_SIZE. Defaults to 1 MiB.
	MaxSize int
	// MaxNodes is how many values a contract may hold, beyond it YAML_LIMIT. Defaults to 200,000, which bounds the memory that
	// a file of MaxSize takes while it is read.
	MaxNodes int
	// MaxCollections is how many collections an app may have, beyond it DATA_LIMIT. Defaults to 200.
	MaxCollections int
	// MaxFields is how many fields a collection may have, beyond it DATA_LIMIT. Defaults to 256.
	MaxFields int
	// MaxIndexes is how many indexes a collection may have, beyond it DATA_LIMIT. Defaults to 16.
	MaxIndexes int
	// MaxParts is how many parts an index may have behind the scope, beyond it DATA_LIMIT. Defaults to 4.
	MaxParts int
}

// The defaults of Options.
const (
	DefaultMaxSize        = 1 << 20
	DefaultMaxNodes       = 200_000
	DefaultMaxCollections = 200
	DefaultMaxFields      = 256
	DefaultMaxIndexes     = 16
	DefaultMaxParts       = 4
)

// The bounds that hold where a field has none of its own.
const (
	DefaultMaxLength = 65_536 // code points of a string
	DefaultMaxItems  = 1_000  // items of an array
)

func (o Options) withDefaults() Options {
	if o.File == "" {
		o.File = File
	}
	or := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	or(&o.MaxSize, DefaultMaxSize)
	or(&o.MaxNodes, DefaultMaxNodes)
	or(&o.MaxCollections, DefaultMaxCollections)
	or(&o.MaxFields, DefaultMaxFields)
	or(&o.MaxIndexes, DefaultMaxIndexes)
	or(&o.MaxParts, DefaultMaxParts)
	return o
}

func (o Options) limits() document.Limits {
	// Lists have limits of their own or none: what a file can hold is bounded as a whole.
	return document.Limits{MaxSize: o.MaxSize, MaxNodes: o.MaxNodes, MaxItems: o.MaxNodes}
}
