package extism

import "math/bits"

const (
	// granule is the alignment of blocks, and so the least distance between two.
	granule = 16
	// first is where blocks begin; 0 is the null handle, and what the front needs lies before.
	first = headerBytes
	// arenaLeast is the first size of an arena and what it is a multiple of, if its limit is; arenaKept is the largest
	// that is kept from one call to the next, where it can be given back.
	arenaLeast = pageBytes
	arenaKept  = 1 << 20
	// freed marks an entry of starts.
	freed = 1 << 31
)

// arena is the memory that a guest's blocks lie in, with its allocator. What it knows of blocks lies beside the memory,
// where a guest cannot write. Each operation takes a time that does not depend on the number of blocks, but for large
// blocks, of which few fit.
type arena struct {
	limit uint64
	// memory is the front's, where the arena then lies; nil for a slice of its own.
	memory Memory
	// data is in use up to its length; from there to its capacity it is zero. Addresses are indices.
	data []byte
	// starts has an entry for each granule of data's capacity: the length of the block that begins there; freed and the
	// granule of the next free block of its class; 0 where none begins.
	starts []uint32
	// Small blocks are taken from [next, end), which ends at the limit until that much was given out. Then freed large
	// blocks take its place.
	next, end uint64
	classes   [classes]uint32 // granule of the first free block of each class of small ones
	large     largeBlocks
	used      uint64 // bytes in blocks, as asked for
}

// reset frees all. Memory is cleared here, so that no call can read what another left.
func (a *arena) reset() {
	if a.memory == nil && cap(a.data) > arenaKept {
		a.data, a.starts = nil, nil
	}
	if len(a.data) > first {
		clear(a.data[first:])
		clear(a.starts[:(len(a.data)+granule-1)/granule])
		a.data = a.data[:first]
	}
	a.classes = [classes]uint32{}
	a.large = a.large[:0]
	a.next, a.end, a.used = first, a.limit, 0
}

// alloc answers the address of a new block of n zeroes, 0 if n is 0 or there is no room.
func (a *arena) alloc(n uint64) uint64 {
	var at uint64
	switch {
	case n == 0 || n > a.limit:
		return 0
	case n > smallMost:
		at = a.takeLarge(roundUp(n))
	default:
		at = a.takeSmall(classOf(n))
	}
	if at != 0 {
		a.starts[at/granule] = uint32(n)
		a.used += n
	}
	return at
}

// takeSmall answers the place of a block of that class.
func (a *arena) takeSmall(class int) uint64 {
	size := classSize(class)
	if head := a.classes[class]; head != 0 {
		a.classes[class] = a.starts[head] &^ freed
		at := uint64(head) * granule
		clear(a.data[at : at+size])
		return at
	}
	if a.next+size > a.end && !a.recycle() {
		return 0
	}
	return a.advance(size)
}

// advance gives out the next size bytes of [next, end). There is room.
func (a *arena) advance(size uint64) uint64 {
	at := a.next
	a.next += size
	inUse := uint64(len(a.data))
	if at < inUse {
		clear(a.data[at:min(a.next, inUse)])
	}
	if a.next > inUse && !a.extend(a.next) {
		a.next = at
		return 0
	}
	return at
}

// extend brings data to that length, and answers false if there is no memory for it.
func (a *arena) extend(length uint64) bool {
	if length <= uint64(cap(a.data)) {
		a.data = a.data[:length]
		return true
	}
	size := max(length, 2*uint64(cap(a.data)))
	size = min((size+arenaLeast-1)/arenaLeast*arenaLeast, a.limit)
	data := a.enlarge(size)
	if data == nil {
		return false
	}
	starts := make([]uint32, (size+granule-1)/granule)
	copy(starts, a.starts)
	a.data, a.starts = data[:length], starts
	return true
}

// enlarge answers memory of that size that begins as data does, nil if there is none.
func (a *arena) enlarge(size uint64) []byte {
	if a.memory == nil {
		data := make([]byte, size)
		copy(data, a.data)
		return data
	}
	if more := pages(size) - a.memory.Size()/pageBytes; int32(more) > 0 {
		if _, ok := a.memory.Grow(more); !ok {
			return nil
		}
	}
	data, _ := a.memory.Read(0, uint32(size))
	return data
}

// free makes the block that begins at h usable again, and answers whether there was one.
func (a *arena) free(h uint64) bool {
	n := a.length(h)
	if n == 0 {
		return false
	}
	at := h / granule
	a.used -= n
	if n > smallMost {
		a.starts[at] = 0
		a.freeLarge(h)
		return true
	}
	class := classOf(n)
	a.starts[at] = freed | a.classes[class]
	a.classes[class] = uint32(at)
	return true
}

// length is the size of the block that begins at h, as it was asked for, 0 if none does.
func (a *arena) length(h uint64) uint64 {
	at := h / granule
	if h < first || h%granule != 0 || h >= uint64(len(a.data)) {
		return 0
	}
	n := a.starts[at]
	if n&freed != 0 {
		return 0
	}
	return uint64(n)
}

// holds tells whether n bytes from at are in use. Freed blocks are: a guest may set its output and free it.
func (a *arena) holds(s span) bool {
	end := uint64(len(a.data))
	return s.at >= first && s.at <= end && s.length <= end-s.at
}

// bytes is the memory of a range, nil if it is not in use.
func (a *arena) bytes(s span) []byte {
	if !a.holds(s) {
		return nil
	}
	return a.data[s.at : s.at+s.length : s.at+s.length]
}

func (a *arena) size() int { return cap(a.data) + 4*cap(a.starts) }

func roundUp(n uint64) uint64 { return (n + granule - 1) &^ (granule - 1) }

// Sizes of small blocks come in classes: every granule up to fineMost, then four for each doubling. So at most a fifth of
// a block is waste, and a freed block fits any of its class.
const (
	fineMost  = 512
	smallMost = 64 << 10
	fine      = fineMost / granule
	classes   = fine + 4*7 // 7 doublings from fineMost to smallMost
)

// classOf is the class of a block of n bytes, 1 to smallMost.
func classOf(n uint64) int {
	if n <= fineMost {
		return int((n+granule-1)/granule) - 1
	}
	doubling := bits.Len64(n-1) - bits.Len64(fineMost) // 0 for 513 to 1024
	quarter := (n - 1) >> (bits.Len64(n-1) - 3) & 3
	return fine + 4*doubling + int(quarter)
}

// classSize is the size of the blocks of a class.
func classSize(class int) uint64 {
	if class < fine {
		return uint64(class+1) * granule
	}
	doubling, quarter := (class-fine)/4, uint64((class-fine)%4)
	return (5 + quarter) * (fineMost / 4) << doubling
}
