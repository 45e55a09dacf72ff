package wasmhost

import "encoding/binary"

// clamp rewrites the table and memory sections of a binary that passed Inspect, and nothing else.
//
// Tables get a maximum, so that table.grow cannot take the host's memory: the larger of the first size and the limit.
// The memory loses its maximum, because the allocator of each call holds it instead: what the engine below refuses by
// itself goes unnoticed, and the host could not tell a guest that ran out of memory from one that failed otherwise.
func clamp(bin []byte, l layout, tableEntries uint32) []byte {
	type patch struct {
		at   span
		body []byte
	}
	var patches []patch
	if l.tableSection.to > 0 {
		patches = append(patches, patch{l.tableSection, tableBytes(l.tables, tableEntries)})
	}
	if l.memorySection.to > 0 {
		body := binary.AppendUvarint([]byte{1, 0}, uint64(l.memory.min))
		patches = append(patches, patch{l.memorySection, sectionBytes(sectionMemory, body)})
	}
	out, from := make([]byte, 0, len(bin)+64), 0
	for _, p := range patches {
		out = append(append(out, bin[from:p.at.from]...), p.body...)
		from = p.at.to
	}
	return append(out, bin[from:]...)
}

func tableBytes(tables []tableLimits, entries uint32) []byte {
	body := binary.AppendUvarint(nil, uint64(len(tables)))
	for _, t := range tables {
		most := max(t.min, entries)
		if t.hasMax {
			most = min(t.max, most)
		}
		body = append(body, t.element, 1)
		body = binary.AppendUvarint(body, uint64(t.min))
		body = binary.AppendUvarint(body, uint64(most))
	}
	return sectionBytes(sectionTable, body)
}

func sectionBytes(id byte, body []byte) []byte {
	return append(binary.AppendUvarint([]byte{id}, uint64(len(body))), body...)
}
