package wasm

import (
	"fmt"
	"strconv"
	"strings"
)

// Class groups instructions that cost the same. The letters are those of the table below.
type Class byte

// Classes of instructions.
const (
	ClassNone         Class = 0 // no such instruction
	ClassStructure    Class = '.'
	ClassPlain        Class = 'p'
	ClassBranch       Class = 'b'
	ClassMul          Class = 'x'
	ClassMemory       Class = 'm'
	ClassFloat        Class = 'f'
	ClassConvert      Class = 'c'
	ClassFloatDiv     Class = 'F'
	ClassDiv          Class = 'D'
	ClassBranchTable  Class = 'T'
	ClassCall         Class = 'C'
	ClassIndirect     Class = 'I'
	ClassTable        Class = 't'
	ClassVector       Class = 'v'
	ClassVectorMemory Class = 'M'
	ClassVectorHeavy  Class = 'h'
	ClassVectorDiv    Class = 'H'
	ClassBulk         Class = 'B'
)

// Op is an instruction. Those behind a prefix are 0xfc00 and 0xfd00 and their number.
type Op uint16

// Instructions that need a treatment of their own; all others are known by their entry in the table.
const (
	OpUnreachable  Op = 0x00
	OpNop          Op = 0x01
	OpBlock        Op = 0x02
	OpLoop         Op = 0x03
	OpIf           Op = 0x04
	OpElse         Op = 0x05
	OpEnd          Op = 0x0b
	OpBr           Op = 0x0c
	OpBrIf         Op = 0x0d
	OpBrTable      Op = 0x0e
	OpReturn       Op = 0x0f
	OpCall         Op = 0x10
	OpCallIndirect Op = 0x11
	OpDrop         Op = 0x1a
	OpSelect       Op = 0x1b
	OpSelectTyped  Op = 0x1c
	OpLocalGet     Op = 0x20
	OpLocalSet     Op = 0x21
	OpLocalTee     Op = 0x22
	OpGlobalGet    Op = 0x23
	OpGlobalSet    Op = 0x24
	OpTableGet     Op = 0x25
	OpTableSet     Op = 0x26
	OpMemorySize   Op = 0x3f
	OpMemoryGrow   Op = 0x40
	OpI32Const     Op = 0x41
	OpI64Const     Op = 0x42
	OpRefNull      Op = 0xd0
	OpRefIsNull    Op = 0xd1
	OpRefFunc      Op = 0xd2
	OpMemoryInit   Op = 0xfc08
	OpDataDrop     Op = 0xfc09
	OpMemoryCopy   Op = 0xfc0a
	OpMemoryFill   Op = 0xfc0b
	OpTableInit    Op = 0xfc0c
	OpElemDrop     Op = 0xfc0d
	OpTableCopy    Op = 0xfc0e
	OpTableGrow    Op = 0xfc0f
	OpTableSize    Op = 0xfc10
	OpTableFill    Op = 0xfc11
)

// immediate is what stands behind an instruction.
type immediate byte

const (
	immNone      immediate = iota
	immBlock               // a block type
	immIndex               // one index
	immIndexes             // two indexes
	immTable               // a vector of labels and one more
	immTypes               // a vector of types
	immType                // a reference type
	immS32                 // constants
	immS64                 //
	immBytes4              //
	immBytes8              //
	immBytes16             //
	immMemory              // alignment and offset
	immLane                // a lane
	immMemLane             // alignment, offset and a lane
	immZero                // a memory, 0
	immZeros               // two memories, 0
	immIndexZero           // a segment and a memory
)

// opcode is what the table knows of an instruction.
type opcode struct {
	name    string
	class   Class
	imm     immediate
	most    byte // the largest alignment, or the number of lanes
	lanes   byte // of immMemLane
	typed   bool // operands and results hold for all cases; else the validator treats it by itself
	params  string
	results string
}

// The tables by opcode: of one byte, behind 0xfc, behind 0xfd.
var (
	plainOps  [256]opcode
	miscOps   [18]opcode
	vectorOps [256]opcode
)

// opcodeTable has a line for each run of consecutive opcodes alike but for their name: first opcode, class, immediate,
// operands and results, names. Operands: i i32, I i64, f f32, F f64, v v128; ? means that they depend on the case. Immediates:
// m2 alignment up to 2^2, l16 a lane of 16, n0l16 both.
const opcodeTable = `
00 p - ? unreachable
01 . - : nop
02 . block ? block loop
04 b block ? if
05 . - ? else
0b . - ? end
0c b x ? br br_if
0e T table ? br_table
0f b - ? return
10 C x ? call
11 I xx ? call_indirect
1a p - ? drop
1b b - ? select
1c b types ? select
20 p x ? local.get local.set local.tee
23 b x ? global.get global.set
25 t x ? table.get table.set
28 m m2 i:i i32.load
29 m m3 i:I i64.load
2a m m2 i:f f32.load
2b m m3 i:F f64.load
2c m m0 i:i i32.load8_s i32.load8_u
2e m m1 i:i i32.load16_s i32.load16_u
30 m m0 i:I i64.load8_s i64.load8_u
32 m m1 i:I i64.load16_s i64.load16_u
34 m m2 i:I i64.load32_s i64.load32_u
36 m m2 ii: i32.store
37 m m3 iI: i64.store
38 m m2 if: f32.store
39 m m3 iF: f64.store
3a m m0 ii: i32.store8
3b m m1 ii: i32.store16
3c m m0 iI: i64.store8
3d m m1 iI: i64.store16
3e m m2 iI: i64.store32
3f p zero :i memory.size
40 B zero i:i memory.grow
41 p s32 :i i32.const
42 p s64 :I i64.const
43 p b4 :f f32.const
44 p b8 :F f64.const
45 p - i:i i32.eqz
46 p - ii:i i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u
50 p - I:i i64.eqz
51 p - II:i i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u
5b f - ff:i f32.eq f32.ne f32.lt f32.gt f32.le f32.ge
61 f - FF:i f64.eq f64.ne f64.lt f64.gt f64.le f64.ge
67 p - i:i i32.clz i32.ctz i32.popcnt
6a p - ii:i i32.add i32.sub
6c x - ii:i i32.mul
6d D - ii:i i32.div_s i32.div_u i32.rem_s i32.rem_u
71 p - ii:i i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr
79 p - I:I i64.clz i64.ctz i64.popcnt
7c p - II:I i64.add i64.sub
7e x - II:I i64.mul
7f D - II:I i64.div_s i64.div_u i64.rem_s i64.rem_u
83 p - II:I i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr
8b f - f:f f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest
91 F - f:f f32.sqrt
92 f - ff:f f32.add f32.sub f32.mul
95 F - ff:f f32.div
96 f - ff:f f32.min f32.max f32.copysign
99 f - F:F f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest
9f F - F:F f64.sqrt
a0 f - FF:F f64.add f64.sub f64.mul
a3 F - FF:F f64.div
a4 f - FF:F f64.min f64.max f64.copysign
a7 p - I:i i32.wrap_i64
a8 c - f:i i32.trunc_f32_s i32.trunc_f32_u
aa c - F:i i32.trunc_f64_s i32.trunc_f64_u
ac p - i:I i64.extend_i32_s i64.extend_i32_u
ae c - f:I i64.trunc_f32_s i64.trunc_f32_u
b0 c - F:I i64.trunc_f64_s i64.trunc_f64_u
b2 c - i:f f32.convert_i32_s f32.convert_i32_u
b4 c - I:f f32.convert_i64_s f32.convert_i64_u
b6 f - F:f f32.demote_f64
b7 c - i:F f64.convert_i32_s f64.convert_i32_u
b9 c - I:F f64.convert_i64_s f64.convert_i64_u
bb f - f:F f64.promote_f32
bc p - f:i i32.reinterpret_f32
bd p - F:I i64.reinterpret_f64
be p - i:f f32.reinterpret_i32
bf p - I:F f64.reinterpret_i64
c0 p - i:i i32.extend8_s i32.extend16_s
c2 p - I:I i64.extend8_s i64.extend16_s i64.extend32_s
d0 p type ? ref.null
d1 p - ? ref.is_null
d2 b x ? ref.func
fc00 c - f:i i32.trunc_sat_f32_s i32.trunc_sat_f32_u
fc02 c - F:i i32.trunc_sat_f64_s i32.trunc_sat_f64_u
fc04 c - f:I i64.trunc_sat_f32_s i64.trunc_sat_f32_u
fc06 c - F:I i64.trunc_sat_f64_s i64.trunc_sat_f64_u
fc08 B xzero iii: memory.init
fc09 t x : data.drop
fc0a B zeros iii: memory.copy
fc0b B zero iii: memory.fill
fc0c B xx iii: table.init
fc0d t x : elem.drop
fc0e B xx iii: table.copy
fc0f B x ? table.grow
fc10 p x :i table.size
fc11 B x ? table.fill
fd00 M m4 i:v v128.load
fd01 M m3 i:v v128.load8x8_s v128.load8x8_u v128.load16x4_s v128.load16x4_u v128.load32x2_s v128.load32x2_u
fd07 M m0 i:v v128.load8_splat
fd08 M m1 i:v v128.load16_splat
fd09 M m2 i:v v128.load32_splat
fd0a M m3 i:v v128.load64_splat
fd0b M m4 iv: v128.store
fd0c v b16 :v v128.const
fd0d v b16 vv:v i8x16.shuffle
fd0e v - vv:v i8x16.swizzle
fd0f v - i:v i8x16.splat i16x8.splat i32x4.splat
fd12 v - I:v i64x2.splat
fd13 v - f:v f32x4.splat
fd14 v - F:v f64x2.splat
fd15 v l16 v:i i8x16.extract_lane_s i8x16.extract_lane_u
fd17 v l16 vi:v i8x16.replace_lane
fd18 v l8 v:i i16x8.extract_lane_s i16x8.extract_lane_u
fd1a v l8 vi:v i16x8.replace_lane
fd1b v l4 v:i i32x4.extract_lane
fd1c v l4 vi:v i32x4.replace_lane
fd1d v l2 v:I i64x2.extract_lane
fd1e v l2 vI:v i64x2.replace_lane
fd1f v l4 v:f f32x4.extract_lane
fd20 v l4 vf:v f32x4.replace_lane
fd21 v l2 v:F f64x2.extract_lane
fd22 v l2 vF:v f64x2.replace_lane
fd23 v - vv:v i8x16.eq i8x16.ne i8x16.lt_s i8x16.lt_u i8x16.gt_s i8x16.gt_u i8x16.le_s i8x16.le_u i8x16.ge_s i8x16.ge_u
fd2d v - vv:v i16x8.eq i16x8.ne i16x8.lt_s i16x8.lt_u i16x8.gt_s i16x8.gt_u i16x8.le_s i16x8.le_u i16x8.ge_s i16x8.ge_u
fd37 v - vv:v i32x4.eq i32x4.ne i32x4.lt_s i32x4.lt_u i32x4.gt_s i32x4.gt_u i32x4.le_s i32x4.le_u i32x4.ge_s i32x4.ge_u
fd41 h - vv:v f32x4.eq f32x4.ne f32x4.lt f32x4.gt f32x4.le f32x4.ge
fd47 h - vv:v f64x2.eq f64x2.ne f64x2.lt f64x2.gt f64x2.le f64x2.ge
fd4d v - v:v v128.not
fd4e v - vv:v v128.and v128.andnot v128.or v128.xor
fd52 v - vvv:v v128.bitselect
fd53 v - v:i v128.any_true
fd54 M n0l16 iv:v v128.load8_lane
fd55 M n1l8 iv:v v128.load16_lane
fd56 M n2l4 iv:v v128.load32_lane
fd57 M n3l2 iv:v v128.load64_lane
fd58 M n0l16 iv: v128.store8_lane
fd59 M n1l8 iv: v128.store16_lane
fd5a M n2l4 iv: v128.store32_lane
fd5b M n3l2 iv: v128.store64_lane
fd5c M m2 i:v v128.load32_zero
fd5d M m3 i:v v128.load64_zero
fd5e h - v:v f32x4.demote_f64x2_zero f64x2.promote_low_f32x4
fd60 v - v:v i8x16.abs i8x16.neg
fd62 h - v:v i8x16.popcnt
fd63 v - v:i i8x16.all_true i8x16.bitmask
fd65 v - vv:v i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u
fd67 h - v:v f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest
fd6b v - vi:v i8x16.shl i8x16.shr_s i8x16.shr_u
fd6e v - vv:v i8x16.add i8x16.add_sat_s i8x16.add_sat_u i8x16.sub i8x16.sub_sat_s i8x16.sub_sat_u
fd74 h - v:v f64x2.ceil f64x2.floor
fd76 v - vv:v i8x16.min_s i8x16.min_u i8x16.max_s i8x16.max_u
fd7a h - v:v f64x2.trunc
fd7b v - vv:v i8x16.avgr_u
fd7c h - v:v i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u
fd80 v - v:v i16x8.abs i16x8.neg
fd82 h - vv:v i16x8.q15mulr_sat_s
fd83 v - v:i i16x8.all_true i16x8.bitmask
fd85 v - vv:v i16x8.narrow_i32x4_s i16x8.narrow_i32x4_u
fd87 v - v:v i16x8.extend_low_i8x16_s i16x8.extend_high_i8x16_s i16x8.extend_low_i8x16_u i16x8.extend_high_i8x16_u
fd8b v - vi:v i16x8.shl i16x8.shr_s i16x8.shr_u
fd8e v - vv:v i16x8.add i16x8.add_sat_s i16x8.add_sat_u i16x8.sub i16x8.sub_sat_s i16x8.sub_sat_u
fd94 h - v:v f64x2.nearest
fd95 h - vv:v i16x8.mul
fd96 v - vv:v i16x8.min_s i16x8.min_u i16x8.max_s i16x8.max_u
fd9b v - vv:v i16x8.avgr_u
fd9c h - vv:v i16x8.extmul_low_i8x16_s i16x8.extmul_high_i8x16_s i16x8.extmul_low_i8x16_u i16x8.extmul_high_i8x16_u
fda0 v - v:v i32x4.abs i32x4.neg
fda3 v - v:i i32x4.all_true i32x4.bitmask
fda7 v - v:v i32x4.extend_low_i16x8_s i32x4.extend_high_i16x8_s i32x4.extend_low_i16x8_u i32x4.extend_high_i16x8_u
fdab v - vi:v i32x4.shl i32x4.shr_s i32x4.shr_u
fdae v - vv:v i32x4.add
fdb1 v - vv:v i32x4.sub
fdb5 h - vv:v i32x4.mul
fdb6 v - vv:v i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u
fdba h - vv:v i32x4.dot_i16x8_s
fdbc h - vv:v i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s i32x4.extmul_low_i16x8_u i32x4.extmul_high_i16x8_u
fdc0 v - v:v i64x2.abs i64x2.neg
fdc3 v - v:i i64x2.all_true i64x2.bitmask
fdc7 v - v:v i64x2.extend_low_i32x4_s i64x2.extend_high_i32x4_s i64x2.extend_low_i32x4_u i64x2.extend_high_i32x4_u
fdcb v - vi:v i64x2.shl i64x2.shr_s i64x2.shr_u
fdce v - vv:v i64x2.add
fdd1 v - vv:v i64x2.sub
fdd5 h - vv:v i64x2.mul
fdd6 v - vv:v i64x2.eq i64x2.ne i64x2.lt_s i64x2.gt_s i64x2.le_s i64x2.ge_s
fddc h - vv:v i64x2.extmul_low_i32x4_s i64x2.extmul_high_i32x4_s i64x2.extmul_low_i32x4_u i64x2.extmul_high_i32x4_u
fde0 v - v:v f32x4.abs f32x4.neg
fde3 H - v:v f32x4.sqrt
fde4 h - vv:v f32x4.add f32x4.sub f32x4.mul
fde7 H - vv:v f32x4.div
fde8 h - vv:v f32x4.min f32x4.max f32x4.pmin f32x4.pmax
fdec v - v:v f64x2.abs f64x2.neg
fdef H - v:v f64x2.sqrt
fdf0 h - vv:v f64x2.add f64x2.sub f64x2.mul
fdf3 H - vv:v f64x2.div
fdf4 h - vv:v f64x2.min f64x2.max f64x2.pmin f64x2.pmax
fdf8 h - v:v i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u
fdfc h - v:v i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u
`

var immediates = map[string]immediate{"-": immNone, "block": immBlock, "x": immIndex, "xx": immIndexes, "table": immTable,
	"types": immTypes, "type": immType, "s32": immS32, "s64": immS64, "b4": immBytes4, "b8": immBytes8, "b16": immBytes16,
	"zero": immZero, "zeros": immZeros, "xzero": immIndexZero}

var letters = strings.NewReplacer("i", string(rune(I32)), "I", string(rune(I64)), "f", string(rune(F32)), "F",
	string(rune(F64)), "v", string(rune(V128)))

func init() {
	for line := range strings.SplitSeq(strings.TrimSpace(opcodeTable), "\n") {
		fields := strings.Fields(line)
		first, err := strconv.ParseUint(fields[0], 16, 16)
		if err != nil {
			panic(err)
		}
		c := opcode{class: Class(fields[1][0])}
		c.setImmediate(fields[2])
		if params, results, ok := strings.Cut(fields[3], ":"); ok {
			c.typed, c.params, c.results = true, letters.Replace(params), letters.Replace(results)
		}
		for n, name := range fields[4:] {
			c.name = name
			*lookup(Op(first) + Op(n)) = c
		}
	}
}

func (c *opcode) setImmediate(s string) {
	if imm, ok := immediates[s]; ok {
		c.imm = imm
		return
	}
	switch s[0] {
	case 'm':
		c.imm, c.most = immMemory, s[1]-'0'
	case 'l':
		c.imm, c.most = immLane, number(s[1:])
	case 'n':
		c.imm, c.most, c.lanes = immMemLane, s[1]-'0', number(s[3:])
	default:
		panic("wasm: immediate " + s)
	}
}

func number(s string) byte {
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		panic(err)
	}
	return byte(n)
}

// lookup answers the entry of an instruction, nil beyond the tables. An entry without a name is no instruction.
func lookup(op Op) *opcode {
	switch op >> 8 {
	case 0:
		return &plainOps[op]
	case 0xfc:
		if n := op & 0xff; int(n) < len(miscOps) {
			return &miscOps[n]
		}
	case 0xfd:
		return &vectorOps[op&0xff]
	}
	return nil
}

// Class answers the class of an instruction, ClassNone if there is no such instruction.
func (op Op) Class() Class {
	if c := lookup(op); c != nil {
		return c.class
	}
	return ClassNone
}

// String answers the name that the text format has for the instruction.
func (op Op) String() string {
	if c := lookup(op); c != nil && c.name != "" {
		return c.name
	}
	return fmt.Sprintf("0x%02x", uint16(op))
}

// Ops answers all instructions in the order of their numbers.
func Ops() []Op {
	var ops []Op
	for _, prefix := range []Op{0, 0xfc00, 0xfd00} {
		for n := range Op(256) {
			if c := lookup(prefix + n); c != nil && c.name != "" {
				ops = append(ops, prefix+n)
			}
		}
	}
	return ops
}

// Form is how an instruction is written and what it takes and gives, where that depends on nothing but itself.
type Form struct {
	Params, Results string
	Bytes           int  // of its constant
	Memory          bool // it has an alignment of at most 2^Align, and an offset
	Align           byte
	Lanes           byte // it names one of so many; 0 for none
}

// Form answers the form of an instruction, false for one that depends on more than itself.
func (op Op) Form() (f Form, ok bool) {
	c := lookup(op)
	if c == nil || !c.typed || c.class == ClassBulk || c.class == ClassTable || c.class == ClassStructure {
		return f, false
	}
	f.Params, f.Results = c.params, c.results
	switch c.imm {
	case immNone:
	case immBytes4:
		f.Bytes = 4
	case immBytes8:
		f.Bytes = 8
	case immBytes16:
		f.Bytes = 16
	case immMemory:
		f.Memory, f.Align = true, c.most
	case immMemLane:
		f.Memory, f.Align, f.Lanes = true, c.most, c.lanes
	case immLane:
		f.Lanes = c.most
	default:
		return f, false
	}
	return f, true
}
