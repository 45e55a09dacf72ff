package main

import (
	"strconv"
	"unsafe"
)

func main() {}

// blocks keeps what the host was given from the collector; a fresh memory for each call forgets it.
var blocks [][]byte

//go:wasmexport mozaiks_alloc
func mozaiksAlloc(n uint32) uint32 {
	block := make([]byte, n)
	blocks = append(blocks, block)
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(block))))
}

//go:wasmexport run
func run(p, length uint32) uint64 {
	n := 0
	for _, c := range unsafe.Slice((*byte)(unsafe.Pointer(uintptr(p))), length) {
		if c >= '0' && c <= '9' {
			n = n*10 + int(c-'0')
		}
	}
	out := strconv.AppendInt([]byte(`{"ok":`), int64(work(n)), 10)
	out = append(out, '}')
	blocks = append(blocks, out)
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(out))))<<32 | uint64(len(out))
}
