package extism

import "slices"

// largeBlock is a block of more than smallMost bytes, in use or free.
type largeBlock struct {
	at, size uint64
	free     bool
}

// largeBlocks are in the order of their addresses. Few fit into an arena, so they are searched one by one.
type largeBlocks []largeBlock

// takeLarge answers the place of size bytes: in the first free block that is large enough, else at the end.
func (a *arena) takeLarge(size uint64) uint64 {
	for i := range a.large {
		if b := &a.large[i]; b.free && b.size >= size {
			rest := largeBlock{at: b.at + size, size: b.size - size, free: true}
			b.free = false
			at := b.at
			if rest.size > smallMost {
				b.size = size
				a.large = slices.Insert(a.large, i+1, rest)
			}
			clear(a.data[at : at+size])
			return at
		}
	}
	if a.end != a.limit || a.next+size > a.end {
		return 0
	}
	at := a.advance(size)
	if at != 0 {
		a.large = append(a.large, largeBlock{at: at, size: size})
	}
	return at
}

// freeLarge frees the block at h, joined with free neighbours; the last one goes back to where small blocks come from.
func (a *arena) freeLarge(h uint64) {
	i, _ := slices.BinarySearchFunc(a.large, h, func(b largeBlock, h uint64) int { return int(b.at) - int(h) })
	a.large[i].free = true
	a.join(i)
	if i > 0 {
		i -= a.join(i - 1)
	}
	if b := a.large[i]; a.end == a.limit && b.at+b.size == a.next {
		a.next = b.at
		a.large = slices.Delete(a.large, i, i+1)
	}
}

// join makes one of a block and the next, if both are free and nothing is between them, and answers how many went.
func (a *arena) join(i int) int {
	if i+1 >= len(a.large) {
		return 0
	}
	b, next := &a.large[i], a.large[i+1]
	if !b.free || !next.free || b.at+b.size != next.at {
		return 0
	}
	b.size += next.size
	a.large = slices.Delete(a.large, i+1, i+2)
	return 1
}

// recycle lets small blocks be taken from a free large one, once the end of the arena is reached.
func (a *arena) recycle() bool {
	i := slices.IndexFunc(a.large, func(b largeBlock) bool { return b.free })
	if i < 0 {
		return false
	}
	a.next, a.end = a.large[i].at, a.large[i].at+a.large[i].size
	a.large = slices.Delete(a.large, i, i+1)
	return true
}
