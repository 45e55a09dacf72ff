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

// metered answers the rewritten binary: from the cache if it is there and whole, else made anew.
func (e *Engine) metered(m *Module) []byte {
	entries := e.options.Limits.TableEntries
	file := ""
	if e.options.CacheDir != "" {
		file = filepath.Join(e.options.CacheDir, meteredDir, meteredKey(m.inspection.Digest, m.profile, entries))
		if bin, ok := readSealed(file); ok {
			return bin
		}
	}
	original := m.inspection.module
	if m.binary != nil { // it was loaded before and passed
		original = wasm.Decode(m.binary, e.options.Limits, wasm.Features{}).Module
	}
	bin := meter.Module(original, meter.Options{Strict: m.profile == ProfileStrict, TableEntries: uint32(entries), DetachData: true,
		FreeMemory: true})
	if file != "" {
		_ = writeSealed(file, bin) // without it the next start takes longer, and that is all
	}
	return bin
}

// meteredKey names what a rewritten binary depends on, each part with its length before it.
func meteredKey(digest, profile string, entries int) string {
	h := sha256.New()
	for _, part := range []string{fmt.Sprint(meter.Version), fmt.Sprint(meter.CostVersion), profile, fmt.Sprint(entries),
		runtime.Version(), digest} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// readSealed reads a file that begins with the SHA-256 of the rest. A damaged one is removed.
func readSealed(file string) ([]byte, bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, false
	}
	if len(data) < sha256.Size || sha256.Sum256(data[sha256.Size:]) != [sha256.Size]byte(data) {
		_ = os.Remove(file) // if it stays, it is found damaged again
		return nil, false
	}
	now := time.Now()
	_ = os.Chtimes(file, now, now) // what was not used for longest goes first when the cache is full
	return data[sha256.Size:], true
}

// writeSealed writes such a file beside its name and renames it, so that nobody sees half of it.
func writeSealed(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), "new-*")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
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
