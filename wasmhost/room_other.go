//go:build !linux

package wasmhost

import "errors"

// room is the memory of one instance. Without the mappings of Linux it lies on the Go heap.
type room struct {
	bytes []byte
	limit uint64
	high  uint64
}

type rooms struct{ spare uint64 }

func newRooms(spare uint64) *rooms { return &rooms{spare: spare} }

func (r *room) written(uint64, []int) ([]int, bool) { return nil, false }

func (rs *rooms) reserve(limit uint64) (*room, error) { return &room{limit: limit}, nil }
func (rs *rooms) close()                              {}

func (r *room) resize(size uint64) []byte {
	if size > uint64(cap(r.bytes)) {
		grown := make([]byte, size, min(r.limit, max(size, size+size/4)))
		copy(grown, r.bytes)
		r.bytes = grown
	}
	r.bytes = r.bytes[:size]
	r.high = max(r.high, size)
	return r.bytes
}

func (r *room) drop(from, to uint64) error {
	clear(r.bytes[:cap(r.bytes)][from:min(to, uint64(cap(r.bytes)))])
	return nil
}

func (r *room) release()          { r.bytes = nil }
func (r *room) show(*image) error { return errors.ErrUnsupported }

func share(int) (int, []byte, error) { return -1, nil, errors.ErrUnsupported }
func unshare(int, []byte)            {}
