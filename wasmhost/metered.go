package wasmhost

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/mozaiks/mozaiks/wasmhost/meter"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// meteredDir is where rewritten binaries are kept in the cache directory.
const meteredDir = "metered"

// meteredBinary is a rewritten binary.
type meteredBinary struct {
	bytes []byte
	sum   [32]byte // SHA-256 of bytes
	known knownBodies
}

// knownBodies is what the bodies of a binary that was found valid told.
type knownBodies struct{ unfrozen string }

// cachedBinary answers what the cache holds for a binary under a policy, nil if nothing.
func (e *Engine) cachedBinary(sum [32]byte, p *Policy) *meteredBinary {
	if e.options.CacheDir == "" {
		return nil
	}
	data, digest, ok := readSealed(e.meteredFile(sum, p))
	if !ok {
		return nil
	}
	length, n := binary.Uvarint(data)
	if n <= 0 || uint64(len(data)-n) < length {
		return nil
	}
	return &meteredBinary{data[n+int(length):], digest, knownBodies{string(data[n : n+int(length)])}}
}

// meter rewrites a module whose binary was found valid, and keeps the result.
func (m *Module) meter() *meteredBinary {
	e := m.engine
	original := m.inspection.module
	if m.binary != nil { // it was loaded before and passed
		original = wasm.Decode(m.binary, e.options.Limits, wasm.Features{}).Module
	}
	bin := meter.Module(original, meter.Options{Strict: m.policy.Profile == ProfileStrict,
		TableEntries: uint32(e.options.Limits.TableEntries), DetachData: true, FreeMemory: true})
	data := append(binary.AppendUvarint(make([]byte, 0, len(bin)+64), uint64(len(original.Unfrozen))), original.Unfrozen...)
	data = append(data, bin...)
	out := &meteredBinary{bin, sha256.Sum256(data), knownBodies{original.Unfrozen}}
	if e.options.CacheDir != "" {
		_ = writeSealed(e.meteredFile(m.sum, &m.policy), data, out.sum) // without it the next start takes longer, and that is all
	}
	return out
}

// meteredFile names the file of a rewritten binary by all that it, and its having been found valid, depends on: each part with
// its length before it.
func (e *Engine) meteredFile(sum [32]byte, p *Policy) string {
	h := sha256.New()
	for _, part := range []string{fmt.Sprint(meter.Version), fmt.Sprint(meter.CostVersion), p.Profile, fmt.Sprint(e.options.Limits),
		fmt.Sprint(p.MaxSize), runtime.Version(), hex.EncodeToString(sum[:])} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	return filepath.Join(e.options.CacheDir, meteredDir, hex.EncodeToString(h.Sum(nil)))
}

// readSealed reads a file that begins with the SHA-256 of the rest. A damaged one is removed.
func readSealed(file string) (data []byte, sum [sha256.Size]byte, ok bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, sum, false
	}
	if len(data) < sha256.Size || sha256.Sum256(data[sha256.Size:]) != [sha256.Size]byte(data) {
		_ = os.Remove(file) // if it stays, it is found damaged again
		return nil, sum, false
	}
	now := time.Now()
	_ = os.Chtimes(file, now, now) // what was not used for longest goes first when the cache is full
	return data[sha256.Size:], [sha256.Size]byte(data), true
}

// writeSealed writes such a file beside its name and renames it, so that nobody sees half of it.
func writeSealed(file string, data []byte, sum [sha256.Size]byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), "new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(sum[:])
	if err == nil {
		_, err = f.Write(data)
	}
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
