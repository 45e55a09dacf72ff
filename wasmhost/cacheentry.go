package wasmhost

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/mozaiks/mozaiks/wasmhost/meter"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// modulesDir is where what was made of each binary is kept in the cache directory, beside its native code.
const modulesDir = "modules"

// cacheEntry is what was made of a binary: everything that a start with a full cache need not make again.
type cacheEntry struct {
	metered  []byte
	sum      [32]byte   // nativeSum of metered
	unfrozen string     // why the module cannot be frozen, "" if it can
	frozen   []byte     // its image, as image.append writes it
	native   nativeSeal // zero if the backend keeps nothing
	front    nativeSeal // the same of the front of Extism, zero without it
}

// knownBodies is what the bodies of a binary that was found valid told.
type knownBodies struct{ unfrozen string }

// nativeSum names a binary that is compiled.
func nativeSum(bin []byte) [32]byte {
	h := sha256.New()
	h.Write(bin)
	h.Write([]byte{0}) // as wazero does, so that its entries can be found
	return [32]byte(h.Sum(nil))
}

// cachedEntry answers what the cache holds for a binary under a policy, nil if nothing.
func (e *Engine) cachedEntry(sum [32]byte, p *Policy) *cacheEntry {
	if e.options.CacheDir == "" {
		return nil
	}
	file := e.entryFile(sum, p)
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	c, ok := decodeEntry(data)
	if !ok {
		_ = os.Remove(file) // if it stays, it is found damaged again
		return nil
	}
	now := time.Now()
	_ = os.Chtimes(file, now, now) // what was not used for longest goes first when the cache is full
	return c
}

// keepEntry writes an entry to the cache. Without it the next start takes longer, and that is all.
func (e *Engine) keepEntry(sum [32]byte, p *Policy, c *cacheEntry) {
	if e.options.CacheDir != "" {
		_ = writeFile(e.entryFile(sum, p), c.encode())
	}
}

// entryFile names the file of an entry by all that it, and its binary having been found valid, depends on: each part with its
// length before it.
func (e *Engine) entryFile(sum [32]byte, p *Policy) string {
	h := sha256.New()
	for _, part := range []string{strconv.Itoa(meter.Version), strconv.Itoa(meter.CostVersion), p.Profile, p.ABI,
		fmt.Sprint(e.options.Limits, p.MaxSize, p.MemoryPages, e.options.InitFuel, e.options.ArenaMax), runtime.Version(),
		e.options.Backend, runtime.GOARCH, fmt.Sprint(nativeFeatures()), hex.EncodeToString(sum[:])} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	return filepath.Join(e.options.CacheDir, modulesDir, hex.EncodeToString(h.Sum(nil)))
}

// encode writes an entry: the SHA-256 of its head, the length of the head, the head, the binary, whose sum is in the head.
func (c *cacheEntry) encode() []byte {
	head := make([]byte, 0, 1<<10)
	head = append(head, c.sum[:]...)
	head = binary.AppendUvarint(head, uint64(len(c.unfrozen)))
	head = append(head, c.unfrozen...)
	for _, s := range []nativeSeal{c.native, c.front} {
		for _, n := range []uint64{s.size, uint64(s.front), uint64(s.tail)} {
			head = binary.AppendUvarint(head, n)
		}
	}
	head = append(head, c.frozen...)
	sum := sha256.Sum256(head)
	out := make([]byte, 0, len(sum)+4+len(head)+len(c.metered))
	out = append(out, sum[:]...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(head)))
	out = append(out, head...)
	return append(out, c.metered...)
}

// decodeEntry reads one. It answers false if a single bit is not as it was written.
func decodeEntry(data []byte) (*cacheEntry, bool) {
	const before = sha256.Size + 4
	if len(data) < before {
		return nil, false
	}
	length := uint64(binary.LittleEndian.Uint32(data[sha256.Size:]))
	if length > uint64(len(data)-before) {
		return nil, false
	}
	c := &cacheEntry{metered: data[before+length:]}
	r := reader{rest: data[before : before+length]}
	if sha256.Sum256(r.rest) != [sha256.Size]byte(data) {
		return nil, false
	}
	copy(c.sum[:], r.bytes(sha256.Size))
	if c.sum != nativeSum(c.metered) {
		return nil, false
	}
	c.unfrozen = string(r.bytes(r.number()))
	for _, s := range []*nativeSeal{&c.native, &c.front} {
		*s = nativeSeal{r.number(), uint32(r.number()), uint32(r.number())}
	}
	c.frozen = r.rest
	return c, !r.bad
}

// reader reads the head of an entry. What it meets has passed its check, so that only an error of ours makes it bad.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// append writes an image: sizes, globals, then the number of each block after the one before, and the block.
func (i *image) append(b []byte) []byte {
	b = binary.AppendUvarint(b, i.size)
	b = binary.AppendUvarint(b, i.virtual)
	b = append(b, i.sum[:]...)
	b = binary.AppendUvarint(b, uint64(len(i.globals)))
	for _, g := range i.globals {
		b = binary.AppendUvarint(b, g)
	}
	last := 0
	for n, block := range i.blocks {
		if block != nil {
			b = binary.AppendUvarint(b, uint64(n-last))
			b = append(b, block...)
			last = n
		}
	}
	return b
}

// thaw answers the image of an entry, nil if it has none.
func (c *cacheEntry) thaw() *image {
	if len(c.frozen) == 0 {
		return nil
	}
	r := reader{rest: c.frozen}
	i := &image{size: r.number(), virtual: r.number(), fd: -1}
	copy(i.sum[:], r.bytes(sha256.Size))
	i.globals = make([]uint64, min(r.number(), uint64(len(r.rest))))
	for n := range i.globals {
		i.globals[n] = r.number()
	}
	if r.bad || i.size > maxPages*pageSize {
		return nil
	}
	i.reserve()
	for at := uint64(0); len(r.rest) > 0; {
		at += r.number()
		if at < uint64(len(i.blocks)) {
			i.keep(int(at), r.bytes(min(blockSize, i.size-at*blockSize)))
			continue
		}
		i.close()
		return nil
	}
	return i
}

// writeFile writes a file beside its name and renames it, so that nobody sees half of it.
func writeFile(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), "new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// meter rewrites a module whose binary was found valid.
func (m *Module) meter() *cacheEntry {
	original := m.inspection.module
	if m.binary != nil { // it was loaded before and passed
		original = wasm.Decode(m.binary, m.engine.options.Limits, wasm.Features{}).Module
	}
	bin := meter.Module(original, meter.Options{Strict: m.policy.Profile == ProfileStrict,
		TableEntries: uint32(m.engine.options.Limits.TableEntries), DetachData: true, FreeMemory: true})
	return &cacheEntry{metered: bin, sum: nativeSum(bin), unfrozen: original.Unfrozen}
}
