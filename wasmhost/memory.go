package wasmhost

// pageSize is a page of linear memory, in bytes.
const pageSize = 64 << 10

// linear is the memory of one instance. It lives on the Go heap for now; a pool of mappings outside it takes its place
// behind the same three methods. It belongs to one goroutine at a time.
//
// Its bytes are never given back while an instance may still run: Free may be called by the engine below in the middle
// of a call that was cancelled.
type linear struct {
	bytes   []byte
	limit   uint64 // bytes; growing past it is refused
	peak    uint64 // bytes, the most that was ever reached
	refused bool   // a growth was refused since this was last cleared
}

func newLinear(pages uint32) *linear { return &linear{limit: uint64(pages) * pageSize} }

// Reallocate grows the memory to size bytes, or answers nil.
func (m *linear) Reallocate(size uint64) []byte {
	if size > m.limit {
		m.refused = true
		return nil
	}
	if size > uint64(cap(m.bytes)) {
		room := min(m.limit, max(size, size+size/4))
		grown := make([]byte, size, room)
		copy(grown, m.bytes)
		m.bytes = grown
	}
	m.bytes = m.bytes[:size]
	m.peak = max(m.peak, size)
	return m.bytes
}

// Free is called when the instance is closed.
func (m *linear) Free() {}

func (m *linear) pages() uint32     { return uint32(uint64(len(m.bytes)) / pageSize) }
func (m *linear) peakPages() uint32 { return uint32(m.peak / pageSize) }
