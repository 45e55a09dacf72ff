package wasmhost

import "encoding/binary"

// pageSize is a page of linear memory, in bytes.
const pageSize = 64 << 10

// linear is the memory of one instance, and what the engine below knows as its allocator. It belongs to one goroutine at a
// time. Its bytes lie in a range of addresses that is reserved for all it may grow to, so growing moves nothing.
type linear struct {
	bytes    []byte
	room     *room
	limit    uint64 // bytes; growing past it is refused
	peak     uint64 // bytes, the most since it was last reset
	grow     func(from, to uint64)
	restored bool // the engine asks only to learn what length it has
}

func newLinear(r *room, limit uint64) *linear { return &linear{room: r, limit: limit} }

// Reallocate makes the memory size bytes long, or answers nil.
func (m *linear) Reallocate(size uint64) []byte {
	if m.restored {
		return m.bytes
	}
	if size > m.limit {
		return nil
	}
	if m.grow != nil {
		m.grow(uint64(len(m.bytes)), size)
	}
	if m.bytes = m.room.resize(size); m.bytes == nil {
		return nil
	}
	m.peak = max(m.peak, size)
	return m.bytes
}

// Free is called when the instance is closed; the room is given back by who took it.
func (m *linear) Free() {}

func (m *linear) length() uint64    { return uint64(len(m.bytes)) }
func (m *linear) size32() uint32    { return uint32(len(m.bytes)) } // 0 for 4 GiB, as in wazero
func (m *linear) pages() uint32     { return uint32(len(m.bytes) / pageSize) }
func (m *linear) peakPages() uint32 { return uint32(m.peak / pageSize) }

// Read answers the guest's own memory, valid until the guest runs again.
func (m *linear) Read(address, length uint32) ([]byte, bool) {
	end := uint64(address) + uint64(length)
	if end > uint64(len(m.bytes)) {
		return nil, false
	}
	return m.bytes[address:end:end], true
}

// Write answers false, and writes nothing, if it would reach outside.
func (m *linear) Write(address uint32, data []byte) bool {
	if uint64(address)+uint64(len(data)) > uint64(len(m.bytes)) {
		return false
	}
	copy(m.bytes[address:], data)
	return true
}

func (m *linear) ReadUint32Le(address uint32) (uint32, bool) {
	b, ok := m.Read(address, 4)
	if !ok {
		return 0, false
	}
	return binary.LittleEndian.Uint32(b), true
}

func (m *linear) WriteUint32Le(address, v uint32) bool {
	b, ok := m.Read(address, 4)
	if ok {
		binary.LittleEndian.PutUint32(b, v)
	}
	return ok
}

func (m *linear) WriteUint64Le(address uint32, v uint64) bool {
	b, ok := m.Read(address, 8)
	if ok {
		binary.LittleEndian.PutUint64(b, v)
	}
	return ok
}
