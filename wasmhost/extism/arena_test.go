package extism_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/mozaiks/mozaiks/wasmhost/extism"
)

// TestBlocksNeverOverlap takes and frees blocks at random, and holds them against a list of what is in use.
func TestBlocksNeverOverlap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.SampledFrom([]int{1000, 70_000, 1 << 20}).Draw(rt, "limit")
		b := setup(t, &extism.Options{ArenaMax: limit}, "")
		held := map[uint64]uint64{} // length by handle
		var order []uint64
		total := uint64(0)
		for range rapid.IntRange(1, 200).Draw(rt, "steps") {
			if len(order) > 0 && rapid.IntRange(0, 2).Draw(rt, "free") == 0 {
				i := rapid.IntRange(0, len(order)-1).Draw(rt, "which")
				h := order[i]
				order = append(order[:i], order[i+1:]...)
				checkBlock(rt, b, h, held[h])
				total -= held[h]
				delete(held, h)
				b.call("free", h)
				continue
			}
			n := drawSize(rt, limit)
			h := b.call("alloc", n)
			if h == 0 {
				continue
			}
			for other, m := range held {
				if h < other+m && other < h+n {
					rt.Fatalf("block %d+%d overlaps %d+%d", h, n, other, m)
				}
			}
			for _, at := range []uint64{0, n / 2, n - 1} {
				if v := b.call("load_u8", h+at); v != 0 {
					rt.Fatalf("a new block of %d has %d at %d", n, v, at)
				}
			}
			b.call("store_u8", h, h>>4&0xff)
			b.call("store_u8", h+n-1, h>>4&0xff)
			held[h], order, total = n, append(order, h), total+n
		}
		for h, n := range held {
			checkBlock(rt, b, h, n)
		}
		if got := b.call("memory_bytes"); got != total {
			rt.Fatalf("%d bytes in use, want %d", got, total)
		}
	})
}

func drawSize(rt *rapid.T, limit int) uint64 {
	return uint64(rapid.OneOf(rapid.IntRange(1, 40), rapid.IntRange(1, 2000), rapid.IntRange(1, limit)).Draw(rt, "size"))
}

func checkBlock(rt *rapid.T, b *bench, h, n uint64) {
	if got := b.call("length", h); got != n {
		rt.Fatalf("block %d has the length %d, want %d", h, got, n)
	}
	if v := b.call("load_u8", h+n-1); v != h>>4&0xff {
		rt.Fatalf("block %d+%d holds another's byte %d", h, n, v)
	}
}

func TestAMillionAllocationsEndWithAFullArena(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	given := 0
	for range 1_000_000 + 100_000 {
		if b.call("alloc", 1) != 0 {
			given++
		}
	}
	if want := (16<<20 - 64) / 16; given != want {
		t.Errorf("%d blocks were given, want %d", given, want)
	}
	if most := 25 << 20; b.Size() > most {
		t.Errorf("the kernel holds %d bytes", b.Size())
	}
}

func TestFreedMemoryIsUsedAgain(t *testing.T) {
	t.Parallel()
	for _, sizes := range [][]uint64{{1}, {1000}, {100_000}, {9 << 20}, {10, 70_000, 3000, 5 << 20}} {
		b := setup(t, nil, "")
		for round := range 10_000 {
			for _, n := range sizes {
				h := b.call("alloc", n)
				if h == 0 {
					t.Fatalf("%v: the arena is full in round %d", sizes, round)
				}
				b.call("free", h)
			}
		}
	}
}

func TestABlockThatGrowsByMovingFits(t *testing.T) {
	t.Parallel()
	b := setup(t, nil, "")
	var before uint64
	for n := uint64(100_000); n < 6<<20; n += n / 2 {
		h := b.call("alloc", n)
		if h == 0 {
			t.Fatalf("no room for %d bytes beside %d", n, b.call("memory_bytes"))
		}
		b.call("free", before)
		before = h
	}
}

func TestSmallBlocksTakeThePlaceOfAFreedLargeOne(t *testing.T) {
	t.Parallel()
	b := setup(t, &extism.Options{ArenaMax: 1 << 20}, "")
	large := b.call("alloc", 900_000)
	for b.call("alloc", 1000) != 0 { // fill the rest
	}
	b.call("free", large)
	n := 0
	for b.call("alloc", 1000) != 0 {
		n++
	}
	if n < 800 {
		t.Errorf("%d blocks of 1000 bytes fit into 900000", n)
	}
}
