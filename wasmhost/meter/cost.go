//go:generate go run ./gen ../../docs/reference/fuel.md

package meter

import "github.com/mozaiks/mozaiks/wasmhost/wasm"

// Costs is the price list: units for each instruction of a class, and those that depend on sizes.
type Costs struct {
	Class [256]uint32 // by wasm.Class

	LocalsGroup uint32 // declared locals that cost one unit, begun

	GrowBase, GrowPage       uint32 // memory.grow
	BulkBase, BulkBlock      uint32 // memory.fill, copy, init: and for each 64 bytes begun
	TableGrow, TableGrowItem uint32 // table.grow
	TableBase, TableItem     uint32 // table.fill, copy, init
}

// costs are the prices of CostVersion 1.
var costs = Costs{
	Class: [256]uint32{
		wasm.ClassStructure:    0,
		wasm.ClassPlain:        1,
		wasm.ClassBranch:       2,
		wasm.ClassMul:          3,
		wasm.ClassMemory:       4,
		wasm.ClassFloat:        3,
		wasm.ClassConvert:      4,
		wasm.ClassFloatDiv:     12,
		wasm.ClassDiv:          20,
		wasm.ClassBranchTable:  8,
		wasm.ClassCall:         8,
		wasm.ClassIndirect:     16,
		wasm.ClassTable:        6,
		wasm.ClassVector:       4,
		wasm.ClassVectorMemory: 5,
		wasm.ClassVectorHeavy:  8,
		wasm.ClassVectorDiv:    24,
		wasm.ClassBulk:         0, // charged when it runs, by its size
	},
	LocalsGroup: 4,
	GrowBase:    512, GrowPage: 4_096,
	BulkBase: 40, BulkBlock: 8,
	TableGrow: 512, TableGrowItem: 4,
	TableBase: 40, TableItem: 4,
}

// Prices answers the price list of CostVersion. The caller may change the answer.
func Prices() Costs { return costs }

// of answers what an instruction costs in its segment.
func (c *Costs) of(op wasm.Op) uint32 { return c.Class[op.Class()] }

// locals answers what declaring n locals costs.
func (c *Costs) locals(n int) uint32 {
	return uint32((n + int(c.LocalsGroup) - 1) / int(c.LocalsGroup))
}

// Limits of the rewriter.
const (
	segmentMax = 16_384 // a segment ends behind the instruction that reaches this
	uncheckMax = 65_536 // units' worth of code without a check
	simpleMax  = 256    // units of a function that is charged where it is called
	frameMax   = 16_384 // bytes of stack that need no charge
	pieceBytes = 256 << 10
)
