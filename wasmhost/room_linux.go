package wasmhost

import (
	"encoding/binary"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// guardBytes lie behind each room and can never be touched.
const guardBytes = 64 << 10

// room is a range of addresses that is reserved for one memory, outside the Go heap. What is opened of it can be used; the
// system gives it pages when they are touched.
type room struct {
	rooms  *rooms
	class  int
	base   unsafe.Pointer
	opened uint64 // bytes from the base on
	high   uint64 // bytes from the base on that may be other than the image, or zero
	mapped *image // whose bytes are mapped at the base, copied when they are written
}

// roomClasses are the sizes of rooms.
var roomClasses = [...]uint64{1 << 20, 4 << 20, 16 << 20, 64 << 20, 256 << 20, 1 << 30, 4 << 30}

// rooms keeps some that are free, by class.
type rooms struct {
	spare   uint64 // bytes of addresses kept in each class
	pagemap int    // what the system tells about each page of the process, -1 if it does not
	mu      sync.Mutex
	free    [len(roomClasses)][]*room
}

func newRooms(spare uint64) *rooms {
	rs := &rooms{spare: spare, pagemap: -1}
	if fd, err := unix.Open("/proc/self/pagemap", unix.O_RDONLY|unix.O_CLOEXEC, 0); err == nil && unix.Getpagesize() == blockSize {
		rs.pagemap = fd
	}
	return rs
}

// What stands in an entry of the page map.
const (
	pagePresent = 1 << 63
	pageSwapped = 1 << 62
	pageOfFile  = 1 << 61
)

// written answers the numbers of the pages below a size that are the room's own: written since they were last dropped. It answers
// false if the system does not tell.
func (r *room) written(size uint64, list []int) ([]int, bool) {
	if r.rooms.pagemap < 0 {
		return nil, false
	}
	var buffer [512 * 8]byte
	pages := int((size + blockSize - 1) / blockSize)
	for from := 0; from < pages; {
		part := buffer[:min(len(buffer), (pages-from)*8)]
		at := (int64(uintptr(r.base))/blockSize + int64(from)) * 8
		n, err := unix.Pread(r.rooms.pagemap, part, at)
		if err != nil || n != len(part) {
			return nil, false
		}
		for i := 0; i < n; i += 8 {
			entry := binary.NativeEndian.Uint64(part[i:])
			if entry&(pagePresent|pageSwapped) != 0 && (r.mapped == nil || entry&pageOfFile == 0) {
				list = append(list, from+i/8)
			}
		}
		from += n / 8
	}
	return list, true
}

// reserve answers a room for a memory of at most limit bytes, all zero.
func (rs *rooms) reserve(limit uint64) (*room, error) {
	class := 0
	for roomClasses[class] < limit {
		class++
	}
	rs.mu.Lock()
	if list := rs.free[class]; len(list) > 0 {
		r := list[len(list)-1]
		rs.free[class] = list[:len(list)-1]
		rs.mu.Unlock()
		return r, nil
	}
	rs.mu.Unlock()
	base, err := unix.MmapPtr(-1, 0, nil, uintptr(roomClasses[class]+guardBytes), unix.PROT_NONE,
		unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fault.Wrap(fault.HostBusy, err, "no addresses for a memory of %d bytes", roomClasses[class])
	}
	return &room{rooms: rs, class: class, base: base}, nil
}

// resize answers the first size bytes, nil if the system has no memory for them.
func (r *room) resize(size uint64) []byte {
	if size > r.opened {
		to := min(roomClasses[r.class], max(size, 2*r.opened))
		if unix.Mprotect(unsafe.Slice((*byte)(r.base), to), unix.PROT_READ|unix.PROT_WRITE) != nil {
			return nil
		}
		r.opened = to
	}
	r.high = max(r.high, size)
	return unsafe.Slice((*byte)(r.base), size)
}

// clear makes all zero, and gives the pages back.
func (r *room) clear() error {
	err := r.drop(0, r.high) // also before another mapping takes the place: that holds up every page fault of the process
	if r.mapped == nil {
		r.high = 0
		return err
	}
	_, err = unix.MmapPtr(-1, 0, r.base, uintptr(roomClasses[r.class]), unix.PROT_NONE,
		unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE|unix.MAP_FIXED)
	r.mapped, r.opened, r.high = nil, 0, 0
	return err
}

// drop forgets what was written from one byte to another: what is mapped there is to be seen again.
func (r *room) drop(from, to uint64) error {
	if to <= from {
		return nil
	}
	return unix.Madvise(unsafe.Slice((*byte)(unsafe.Add(r.base, from)), to-from), unix.MADV_DONTNEED)
}

// show maps an image at the base. Its bytes are shared until they are written.
func (r *room) show(i *image) error {
	if r.mapped == i {
		return nil
	}
	if r.resize(i.size) == nil {
		return unix.ENOMEM
	}
	_, err := unix.MmapPtr(i.fd, 0, r.base, uintptr(i.size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_FIXED)
	if err == nil {
		r.mapped = i
	}
	return err
}

// release gives the room back.
func (r *room) release() {
	rs := r.rooms
	if r.clear() == nil {
		rs.mu.Lock()
		if uint64(len(rs.free[r.class])+1)*roomClasses[r.class] <= rs.spare {
			rs.free[r.class] = append(rs.free[r.class], r)
			rs.mu.Unlock()
			return
		}
		rs.mu.Unlock()
	}
	_ = unix.MunmapPtr(r.base, uintptr(roomClasses[r.class]+guardBytes)) // nothing else can be done with it
}

// close gives all free rooms back to the system.
func (rs *rooms) close() {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	for class, list := range rs.free {
		for _, r := range list {
			_ = unix.MunmapPtr(r.base, uintptr(roomClasses[class]+guardBytes))
		}
		rs.free[class] = nil
	}
	if rs.pagemap >= 0 {
		_ = unix.Close(rs.pagemap) // it was only read
		rs.pagemap = -1
	}
}

// share answers zeros that rooms can map once they are written. Blocks that stay zeros take no memory.
func share(size int) (fd int, shared []byte, err error) {
	if fd, err = unix.MemfdCreate("mozaiks-image", unix.MFD_CLOEXEC); err != nil {
		return -1, nil, err
	}
	if err = unix.Ftruncate(fd, int64(size)); err == nil {
		var base unsafe.Pointer
		base, err = unix.MmapPtr(fd, 0, nil, uintptr(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		if err == nil {
			return fd, unsafe.Slice((*byte)(base), size), nil
		}
	}
	_ = unix.Close(fd)
	return -1, nil, err
}

func unshare(fd int, shared []byte) {
	if fd >= 0 {
		_ = unix.MunmapPtr(unsafe.Pointer(unsafe.SliceData(shared)), uintptr(len(shared)))
		_ = unix.Close(fd)
	}
}
