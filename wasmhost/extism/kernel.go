// Package extism answers what guests written with an Extism PDK import: blocks of memory outside of the guest's own,
// input and output, configuration, variables, HTTP and log. It is Extism's kernel in Go over a byte arena, so that such a
// guest costs what any other does.
//
// A Kernel belongs to one instance. It knows nothing of the engine that runs the guest; what it needs of the outside it
// asks of a Host.
package extism

import (
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// ArenaMax is how many bytes the blocks of one call may have when Options names no limit.
const ArenaMax = 16 << 20

// arenaMost is the largest limit that the arena's tables can express.
const arenaMost = 1 << 30

// settleAt is how many units gather before the host is told. Telling it for every 8 bytes would cost more than the rest.
const settleAt = 4096

// Options configures a Kernel. A nil *Options and a zero field mean the defaults.
type Options struct {
	// ArenaMax is how many bytes the blocks of one call may have; above it alloc answers 0. At most 1 GiB. Defaults to
	// ArenaMax, 16 MiB (MOZAIKS_WASM_ARENA).
	ArenaMax int
}

// Kernel is what one instance sees of the host. It serves one goroutine at a time. Between two calls Reset must be called:
// nothing of a call, nor of an initialisation, is seen by the next.
type Kernel struct {
	host   Host
	arena  arena
	units  int64 // charged, and not yet told to the host
	input  span
	output span
	reason uint64 // handle of the error text, 0 for none

	variables variables
	status    int32
	headers   []byte // of the last HTTP answer, as JSON; nil before the first
}

// span is a range of the arena.
type span struct{ at, length uint64 }

// New makes a kernel that asks host. Reset must be called before the guest runs.
func New(host Host, o *Options) *Kernel {
	limit := ArenaMax
	if o != nil && o.ArenaMax > 0 {
		limit = min(o.ArenaMax, arenaMost)
	}
	return &Kernel{host: host, arena: arena{limit: uint64(limit)}}
}

// Reset forgets everything of the call before and takes the input of the next, which it copies. It costs what the last
// call used of the arena. The error is INPUT_TOO_LARGE if the arena is too small for the input.
func (k *Kernel) Reset(input []byte) error {
	k.status, k.headers = 0, nil
	k.variables.clear()
	k.Spent()
	k.forget()
	if len(input) == 0 {
		return nil
	}
	at := k.alloc(uint64(len(input)))
	if at == 0 {
		return fault.New(fault.InputTooLarge, "the input is larger than the arena, which has %d bytes", k.arena.limit)
	}
	copy(k.arena.data[at:], input)
	k.input = span{at, uint64(len(input))}
	k.publish()
	return nil
}

// forget frees all blocks, and clears input, output and error.
func (k *Kernel) forget() {
	k.arena.reset()
	k.input, k.output, k.reason = span{}, span{}, 0
	k.publish()
}

// Output is what the guest marked as its output. It is the arena's own memory, valid until the guest runs again or Reset
// is called.
func (k *Kernel) Output() []byte { return k.arena.bytes(k.output) }

// ErrorText is the error text that the guest set, empty for none. A text whose block was freed is none.
func (k *Kernel) ErrorText() string { return string(k.block(k.reason)) }

// Settle tells the host what was charged since it was told last.
//
//go:noinline so that charge is inlined
func (k *Kernel) Settle() {
	if n := k.Spent(); n != 0 {
		k.host.Charge(n)
	}
}

// Spent answers the units that were charged since the host was told last, and counts them as told. The engine asks once the
// guest has returned or failed, when Charge could not end its call any more.
func (k *Kernel) Spent() int64 {
	n := k.units + k.frontUnits()
	k.units = 0
	return n
}

// Size is how many bytes of the host's memory the kernel holds.
func (k *Kernel) Size() int { return k.arena.size() + k.variables.bytes }

// charge counts units.
func (k *Kernel) charge(n int64) {
	k.units += n
	if k.units >= settleAt {
		k.Settle()
	}
}

// block is the content of the block that begins at h, nil if none does.
func (k *Kernel) block(h uint64) []byte { return k.arena.bytes(span{h, k.arena.length(h)}) }

// take is the content of the block that begins at h, which is freed. The bytes stay as they are until the next alloc.
func (k *Kernel) take(h uint64) []byte {
	data := k.block(h)
	k.release(h)
	return data
}

// release frees the block that begins at h.
func (k *Kernel) release(h uint64) {
	if k.arena.free(h) && h == k.input.at {
		k.input.length = 0 // what is there now is no input
		k.publish()
	}
}

// alloc answers a new block of n zeroes, 0 if there is none.
func (k *Kernel) alloc(n uint64) uint64 {
	h := k.arena.alloc(n)
	k.publish()
	return h
}

// give copies data into a new block; nothing is 0, as it is for alloc.
func (k *Kernel) give(function string, data []byte) uint64 {
	if len(data) == 0 {
		return 0
	}
	h := k.alloc(uint64(len(data)))
	if h == 0 {
		k.fail(function, arenaFull(k.arena.limit))
		return 0
	}
	copy(k.arena.data[h:], data)
	return h
}
