package wasmhost

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// blockSize is what zeros of an image are looked for in.
const blockSize = 4 << 10

// image is what an initialised instance holds that calls can change: its memory, its mutable globals, its clock.
type image struct {
	size    uint64   // bytes of memory
	blocks  [][]byte // by block; nil for one of zeros
	shared  []byte   // the same bytes where rooms can map them, if there are many
	fd      int      // of shared, -1 without it
	globals []uint64
	virtual uint64
	sum     [32]byte // of all that
}

// shareFrom is the size from which an image is worth mapping; below, copying is always cheaper.
const shareFrom = 256 << 10

// newImage keeps what is in memory; nothing of memory itself is kept. touched are the numbers of blocks that may be other than
// zeros, in ascending order; not known if all may be.
func newImage(memory []byte, touched []int, known bool, globals []uint64, virtual uint64) *image {
	i := &image{size: uint64(len(memory)), fd: -1, globals: globals, virtual: virtual}
	i.reserve()
	if !known {
		touched = make([]int, len(i.blocks))
		for n := range touched {
			touched[n] = n
		}
	}
	h := sha256.New()
	for _, n := range touched {
		block := memory[n*blockSize : min((n+1)*blockSize, len(memory))]
		if isZero(block) {
			continue
		}
		i.keep(n, block)
		var at [8]byte
		binary.LittleEndian.PutUint64(at[:], uint64(n))
		h.Write(at[:])
		h.Write(block)
	}
	tail := binary.LittleEndian.AppendUint64(nil, i.size)
	for _, g := range globals {
		tail = binary.LittleEndian.AppendUint64(tail, g)
	}
	h.Write(binary.LittleEndian.AppendUint64(tail, virtual))
	h.Sum(i.sum[:0])
	return i
}

// reserve makes room for the blocks of an image of zeros.
func (i *image) reserve() {
	i.blocks = make([][]byte, (i.size+blockSize-1)/blockSize)
	if i.size > shareFrom {
		if fd, shared, err := share(int(i.size)); err == nil { // else it is copied
			i.fd, i.shared = fd, shared
		}
	}
}

// keep copies a block.
func (i *image) keep(n int, block []byte) {
	if i.fd < 0 {
		i.blocks[n] = bytes.Clone(block)
	} else {
		i.blocks[n] = i.shared[n*blockSize:][:copy(i.shared[n*blockSize:], block)]
	}
}

var zeros [blockSize]byte

// isZero tells whether a block holds zeros only.
func isZero(block []byte) bool { return bytes.Equal(block, zeros[:len(block)]) }

// copyTo makes memory, which is as long as the image, equal to it.
func (i *image) copyTo(memory []byte) {
	for n, block := range i.blocks {
		at := n * blockSize
		if block == nil {
			clear(memory[at:min(at+blockSize, len(memory))])
		} else {
			copy(memory[at:], block)
		}
	}
}

// patch is copyTo for memory in which at most some blocks differ.
func (i *image) patch(memory []byte, blocks []int) {
	for _, n := range blocks {
		at := n * blockSize
		now := memory[at:min(at+blockSize, len(memory))]
		switch block := i.blocks[n]; {
		case block != nil:
			copy(now, block)
		case !isZero(now): // zeros are left alone: they may be a page of no memory
			clear(now)
		}
	}
}

// fill is copyTo for memory that is all zeros.
func (i *image) fill(memory []byte) {
	for n, block := range i.blocks {
		if block != nil {
			copy(memory[n*blockSize:], block)
		}
	}
}

// bytes answers how much memory the image takes.
func (i *image) bytes() uint64 {
	n := uint64(0)
	for _, b := range i.blocks {
		n += uint64(len(b))
	}
	return n
}

func (i *image) close() { unshare(i.fd, i.shared) }
