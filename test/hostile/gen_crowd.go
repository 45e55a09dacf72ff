package hostile

import (
	"bytes"
	"slices"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// sizeMost is the largest binary that is accepted; margin leaves room for what is around the crowd.
const (
	sizeMost = 8 << 20
	margin   = 16 << 10
)

// crowds are binaries of 8 MiB that are full of one thing.
func crowds() []Guest {
	var out []Guest
	add := func(name, what, expect string, build func() []byte) {
		out = append(out, built("crowd-"+name, "what: "+what+"\nexpect: "+expect+"\nwithin: 1s", build))
	}
	add("bytes", "A binary of 8 MiB and one byte.", "BACKEND_SIZE", func() []byte {
		bin := good().Bytes()
		rest := sizeMost + 1 - len(bin) - 7
		return good().Custom("x", string(make([]byte, rest))).Bytes()
	})
	add("body", "A body of more than 1 MiB.", "BACKEND_LIMIT", func() []byte {
		return run(constantAllocator(w.New()), slices.Repeat(w.Nop, bodyMost))
	})
	add("blocks-deep", "Blocks that lie in each other, as deep as a body is long.", "BACKEND_LIMIT", func() []byte {
		return run(constantAllocator(w.New()), bodies(300_000, w.Op(0x02, 0x40), w.Op(0x0b)))
	})
	add("loops-deep", "Bodies of loops that lie in each other, 8 MiB of them.", "BACKEND_LIMIT", func() []byte {
		return filled(1_000_000, func() []byte { return bodies(300_000, w.Op(0x03, 0x40), w.Op(0x0b)) })
	})
	add("blocks-flat", "8 MiB of empty blocks, one after the other.", "fine", func() []byte {
		return filled(bodyMost-100, func() []byte { return slices.Repeat(w.Op(0x02, 0x40, 0x0b), (bodyMost-100)/3) })
	})
	add("blocks-1000", "8 MiB of blocks 1,000 deep.", "fine", func() []byte {
		return filled(bodyMost-100, func() []byte { return slices.Repeat(bodies(1_000, w.Op(0x02, 0x40), w.Op(0x0b)), (bodyMost-100)/3_000) })
	})
	add("operands", "Bodies that push as much as they are long.", "BACKEND_LIMIT", func() []byte {
		return filled(1_000_000, func() []byte { return bodies(300_000, w.I32Const(1), w.Drop) })
	})
	add("br-table", "A br_table of 1,000,000 targets.", "BACKEND_LIMIT", func() []byte {
		return run(constantAllocator(w.New()), branches(1_000_000))
	})
	add("br-table-huge", "A br_table that says it has 2^32 - 1 targets.", "BACKEND_INVALID", func() []byte {
		return run(constantAllocator(w.New()), w.I32Const(0), w.Op(0x0e), most, []byte{0})
	})
	add("br-tables", "8 MiB of br_table of 20,000 targets each.", "BACKEND_LIMIT", func() []byte {
		return filled(bodyMost-60_000, func() []byte { return slices.Repeat(branches(20_000), 49) })
	})
	add("locals", "A function that declares 2^32 - 1 locals.", "BACKEND_LIMIT", func() []byte {
		body := slices.Concat(w.U32(1), most, []byte{w.I64}, w.I64Const(0), []byte{0x0b})
		alloc := slices.Concat([]byte{0}, w.I32Const(1024), []byte{0x0b})
		return changed(sectionCode, w.U32(2), w.Name(string(alloc)), w.Name(string(body)))
	})
	add("locals-overflow", "Locals whose counts sum to 2^32 and one.", "BACKEND_LIMIT", func() []byte {
		body := slices.Concat(w.U32(3), w.U32(1<<31), []byte{w.I32}, w.U32(1<<31), []byte{w.I32}, w.U32(1), []byte{w.I32}, w.I64Const(0), []byte{0x0b})
		alloc := slices.Concat([]byte{0}, w.I32Const(1024), []byte{0x0b})
		return changed(sectionCode, w.U32(2), w.Name(string(alloc)), w.Name(string(body)))
	})
	add("locals-all", "50,000 functions of 10,000 locals each.", "BACKEND_LIMIT", func() []byte {
		return repeated(49_990, slices.Concat(w.U32(1), w.U32(10_000), []byte{w.I64, 0x0b}))
	})
	add("local-entries", "A body of 300,000 entries of no locals.", "fine", func() []byte {
		return repeated(1, slices.Concat(w.U32(300_000), bytes.Repeat([]byte{0, w.I32}, 300_000), []byte{0x0b}))
	})
	add("functions", "More functions than there may be.", "BACKEND_LIMIT", func() []byte { return repeated(60_000, []byte{0, 0x0b}) })
	add("types", "8 MiB of types.", "BACKEND_LIMIT", func() []byte {
		return crowded(1, []byte{0x60, 0, 0})
	})
	add("type-params", "A type of 1,000,000 parameters.", "BACKEND_LIMIT", func() []byte {
		return whole(w.Section(1, w.U32(1), []byte{0x60}, w.U32(1_000_000), bytes.Repeat([]byte{w.I32}, 1_000_000), []byte{0}))
	})
	add("imports", "8 MiB of imports.", "BACKEND_LIMIT", func() []byte {
		return whole(w.Section(1, w.U32(1), []byte{0x60, 0, 0}), count(2, []byte{0, 0, 0, 0}))
	})
	add("globals", "8 MiB of globals.", "BACKEND_LIMIT", func() []byte { return crowded(6, []byte{w.I32, 1, 0x41, 0, 0x0b}) })
	add("exports", "8 MiB of exports.", "BACKEND_LIMIT", func() []byte { return crowded(7, []byte{0, 2, 0}) })
	add("name", "An export with a name of 8 MB.", "BACKEND_LIMIT", func() []byte {
		return good().Export(string(bytes.Repeat([]byte{'n'}, 8_000_000)), w.KindMemory, 0).Bytes()
	})
	add("tables", "8 MiB of tables.", "BACKEND_LIMIT", func() []byte { return crowded(4, []byte{w.Funcref, 0, 0}) })
	add("table-entries", "A table of 2^32 - 1 entries.", "BACKEND_TABLE", func() []byte {
		return changed(4, w.U32(1), []byte{w.Funcref, 0}, most)
	})
	add("tables-entries", "Eight tables of 10,000 entries each.", "BACKEND_TABLE", func() []byte {
		b := constantAllocator(w.New())
		for range 8 {
			b.Table(w.Funcref, 10_000, 0)
		}
		return run(b)
	})
	add("segments", "8 MiB of element segments.", "BACKEND_LIMIT", func() []byte { return crowded(9, []byte{0, 0x41, 0, 0x0b, 0}) })
	add("elements", "An element segment of 8 MB.", "BACKEND_LIMIT", func() []byte {
		return changed(9, w.U32(1), []byte{1, 0}, w.U32(8_000_000), make([]byte, 8_000_000))
	})
	add("data", "8 MiB of data segments.", "BACKEND_LIMIT", func() []byte { return crowded(11, []byte{0, 0x41, 0, 0x0b, 0}) })
	add("data-100000", "100,000 data segments.", "fine", func() []byte {
		b := constantAllocator(w.New())
		f := b.Func(w.Handler, nil, w.I64Const(0))
		bin := b.Export("run", w.KindFunction, f).Bytes()
		segment := []byte{0, 0x41, 0xc0, 0, 0x0b, 1, 'x'}
		return append(bin, w.Section(11, w.U32(100_000), bytes.Repeat(segment, 100_000))...)
	})
	add("custom", "8 MiB of custom sections.", "BACKEND_LIMIT", func() []byte {
		bin := good().Bytes()
		return append(bin, bytes.Repeat([]byte{0, 1, 0}, (sizeMost-margin-len(bin))/3)...)
	})
	add("faults", "8 MiB of bodies that are all wrong: findings are cut, not the time.", "BACKEND_INVALID", func() []byte {
		return repeated(49_990, slices.Concat([]byte{0}, bytes.Repeat(w.Drop, 100), []byte{0x0b}))
	})
	return out
}

// bodies opens something so many times, and closes it again.
func bodies(n int, open, end []byte) []byte {
	return slices.Concat(bytes.Repeat(open, n), bytes.Repeat(end, n))
}

// branches is a br_table of so many targets, in a block.
func branches(targets int) []byte {
	return w.Block(w.I32Const(0), w.Op(0x0e), w.U32(uint32(targets)), make([]byte, targets+1))
}

// filled is a module of as many functions of such a body as fit.
func filled(size int, body func() []byte) []byte {
	b := constantAllocator(w.New())
	code := body()
	for range min(7, (sizeMost-margin)/size) {
		b.Func(w.Plain, nil, code)
	}
	return run(b)
}

// repeated is a module of a handler, an allocator and so many functions of one body, with its locals and its end.
func repeated(n int, body []byte) []byte {
	alloc := slices.Concat([]byte{0}, w.I32Const(1024), []byte{0x0b})
	handler := slices.Concat([]byte{0}, w.I64Const(0), []byte{0x0b})
	one := slices.Concat(w.U32(uint32(len(body))), body)
	return whole(
		w.Section(1, w.U32(3), []byte{0x60, 1, w.I32, 1, w.I32, 0x60, 2, w.I32, w.I32, 1, w.I64, 0x60, 0, 0}),
		w.Section(3, w.U32(uint32(n+2)), []byte{0, 1}, bytes.Repeat([]byte{2}, n)),
		w.Section(5, []byte{1, 0, 1}),
		w.Section(7, w.U32(3), w.Name("memory"), []byte{w.KindMemory, 0}, w.Name("mozaiks_alloc"), []byte{0, 0}, w.Name("run"), []byte{0, 1}),
		w.Section(sectionCode, w.U32(uint32(n+2)), w.Name(string(alloc)), w.Name(string(handler)), bytes.Repeat(one, n)))
}

// count is a section of as many entries as fit into a binary.
func count(id byte, entry []byte) []byte {
	n := (sizeMost - margin) / len(entry)
	return w.Section(id, w.U32(uint32(n)), bytes.Repeat(entry, n))
}

// crowded is good with one section of as many entries as fit.
func crowded(id byte, entry []byte) []byte {
	n := (sizeMost - margin) / len(entry)
	return changed(id, w.U32(uint32(n)), bytes.Repeat(entry, n))
}
