package wasmhost

import (
	"encoding/binary"
	"unicode/utf16"

	"github.com/mozaiks/mozaiks/contracts/fault"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// abortName is env.abort, which AssemblyScript calls where others have a trap.
const abortName = "abort"

// abortText is how many bytes of each text of an abort are read.
const abortText = 1 << 10

var abortSignature = wasm.Sig("iiii", "")

func abortFunction() hostFunction {
	return hostFunction{abortName, abortSignature, guarded(func(s *sandbox, stack []uint64) {
		s.end(&Error{Code: fault.GuestAbort, Message: "the guest aborted", Details: map[string]any{
			"message": utf16Text(s.mem, uint32(stack[0])), "file": utf16Text(s.mem, uint32(stack[1])),
			"line": int64(uint32(stack[2])), "column": int64(uint32(stack[3]))}})
	})}
}

// utf16Text reads a text as AssemblyScript holds it: UTF-16 with its length in bytes in the word before it. What cannot
// be read is empty.
func utf16Text(m *linear, ptr uint32) string {
	if ptr < 4 {
		return ""
	}
	length, ok := m.ReadUint32Le(ptr - 4)
	if !ok {
		return ""
	}
	data, ok := m.Read(ptr, min(length, abortText)&^1)
	if !ok {
		return ""
	}
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) > 0; data = data[2:] {
		units = append(units, binary.LittleEndian.Uint16(data))
	}
	return escape(string(utf16.Decode(units)))
}
