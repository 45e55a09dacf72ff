package mozaiks

import "unsafe"

// bridge is empty in a guest: each operation is an import of its own.
type bridge struct{}

// blocks keeps what mozaiks_alloc gave away from the garbage collector, by address, until it is taken back here or the host
// throws the instance away. One call runs at a time.
var blocks = map[uint32][]byte{}

// alloc gives the host a block to write an input or an answer into; 0 if there is no memory. It calls no operation.
//
//go:wasmexport mozaiks_alloc
func alloc(size uint32) uint32 {
	if size == 0 {
		size = 1
	}
	return keep(make([]byte, size))
}

// abiVersion tells the host which version of the ABI this package speaks.
//
//go:wasmexport mozaiks_abi
func abiVersion() uint32 { return 1 }

func keep(block []byte) uint32 {
	at := uint32(uintptr(unsafe.Pointer(unsafe.SliceData(block))))
	blocks[at] = block
	return at
}

// taken answers the block that the host has written to, and forgets it.
func taken(at, length uint32) []byte {
	block, ok := blocks[at]
	if !ok || uint32(len(block)) < length {
		panic("mozaiks: the host answered with memory that mozaiks_alloc did not give it")
	}
	delete(blocks, at)
	return block[:length]
}

// Handle is the body of an exported handler: it reads the input at ptr, runs h and answers the packed address and length of
// the result. A panic is logged with its place, and then traps: the call fails and has no effects.
func Handle[In, Out any](ptr, n uint32, h Handler[In, Out]) uint64 {
	var ctx Context
	defer func() {
		if reason := recover(); reason != nil {
			logPanic(ctx, reason)
			trap()
		}
	}()
	var input []byte
	if n > 0 {
		input = taken(ptr, n)
	}
	doc := Serve(ctx, h, input)
	return uint64(keep(doc))<<32 | uint64(len(doc))
}

// trap ends the call as wasm's unreachable does. A panic that is not recovered would print every goroutine and exit instead.
func trap()

// carry hands a request to an import and takes its answer.
func carry(op func(unsafe.Pointer, uint32) uint64, request []byte) []byte {
	packed := op(unsafe.Pointer(unsafe.SliceData(request)), uint32(len(request)))
	if packed == 0 {
		return nil
	}
	return taken(uint32(packed>>32), uint32(packed))
}
