package extism

import (
	"encoding/binary"
)

// A call from a guest into Go costs ten times what a load or store does, and PDKs make one for every 8 bytes. So these are
// answered by the front: a small module of machine code that stands between guest and kernel, one instance for each of the
// guest. Its memory is the arena; before the first block lies a header in which the kernel says what is in use, and the
// front counts units. What the front does not decide, an address outside above all, it leaves to the Go function of the
// same name.

// FrontModule is what the front imports beside the functions of Module; no guest may import it.
const FrontModule = "mozaiks_extism"

// Memory is the front's memory as the engine below shows it.
type Memory interface {
	Size() uint32
	Grow(pages uint32) (before uint32, ok bool)
	Read(address, length uint32) ([]byte, bool)
}

const pageBytes = 64 << 10

func pages(size uint64) uint32 { return uint32((size + pageBytes - 1) / pageBytes) }

// Places of the header's words.
const (
	headerWithin      = 8 * (1 + iota) // bytes in use after the header
	headerWordWithin                   // so many addresses begin a whole word of them
	headerInput                        // where the input begins
	headerInputWithin                  // bytes of the input
	headerInputWord                    // so many offsets begin a whole word of it
	headerUnits                        // charged by the front
	headerBytes       = 64
)

// FrontImports are the functions that the front imports: those of Module, and one of FrontModule. The engine offers them
// in Go, each module under its name, and gives guests the front's exports in place of Module.
func FrontImports() []Function {
	var out []Function
	for _, f := range Functions() {
		if f.Module == Module {
			out = append(out, f)
		}
	}
	return append(out, Function{Module: FrontModule, Name: "settle", Params: none, Results: none,
		Call: func(k *Kernel, _ []uint64) { k.Settle() }})
}

// Attach moves the arena into the memory of a front of this kernel's own. Reset must follow.
func (k *Kernel) Attach(m Memory) {
	k.arena = arena{limit: k.arena.limit, memory: m}
	if data, ok := m.Read(0, headerBytes); ok {
		k.arena.data = data[:headerBytes:headerBytes]
	}
}

// publish says in the header what is in use. A word is whole if its last byte is.
func (k *Kernel) publish() {
	if k.arena.memory == nil {
		return
	}
	header := k.arena.data[:headerBytes]
	within := uint64(len(k.arena.data)) - first
	binary.LittleEndian.PutUint64(header[headerWithin:], within)
	binary.LittleEndian.PutUint64(header[headerWordWithin:], wordsWithin(within))
	binary.LittleEndian.PutUint64(header[headerInput:], k.input.at)
	binary.LittleEndian.PutUint64(header[headerInputWithin:], k.input.length)
	binary.LittleEndian.PutUint64(header[headerInputWord:], wordsWithin(k.input.length))
}

func wordsWithin(n uint64) uint64 { return max(n, wordBytes-1) - (wordBytes - 1) }

// frontUnits answers what the front charged, and begins anew.
func (k *Kernel) frontUnits() int64 {
	if k.arena.memory == nil {
		return 0
	}
	at := k.arena.data[headerUnits:headerBytes]
	n := binary.LittleEndian.Uint64(at)
	binary.LittleEndian.PutUint64(at, 0)
	return int64(n)
}
