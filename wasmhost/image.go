package wasmhost

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
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
	digest  string
}

// shareFrom is the size from which an image is worth mapping; below, copying is always cheaper.
const shareFrom = 256 << 10

// newImage keeps what is in memory; nothing of memory itself is kept.
func newImage(memory []byte, globals []uint64, virtual uint64) *image {
	i := &image{size: uint64(len(memory)), fd: -1, globals: globals, virtual: virtual}
	from := memory
	if len(memory) > shareFrom {
		if fd, shared, err := share(memory); err == nil { // else it is copied
			i.fd, i.shared, from = fd, shared, shared
		}
	}
	i.blocks = make([][]byte, (len(memory)+blockSize-1)/blockSize)
	h := sha256.New()
	for n := range i.blocks {
		block := from[n*blockSize : min((n+1)*blockSize, len(from))]
		if isZero(block) {
			continue
		}
		if i.fd < 0 {
			block = bytes.Clone(block)
		}
		i.blocks[n] = block
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
	i.digest = "sha256:" + hex.EncodeToString(h.Sum(nil))
	return i
}

func isZero(b []byte) bool {
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b) != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

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
