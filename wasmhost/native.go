package wasmhost

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"
)

// nativeSeal tells whether a file of wazero's with native code is as it was written. wazero 1.12.0 checks the code itself; where
// each function begins in it, and how many there are, it believes. So this covers what stands before and after the code.
type nativeSeal struct {
	size        uint64 // of the file, 0 if there is none
	front, tail uint32 // checksums
}

// wazeroMagic begins what wazero keeps.
const wazeroMagic = "WAZEVO"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// nativeDir is the folder below the cache directory in which wazero keeps its code.
var nativeDir = "wazero-" + wazeroVersion() + "-" + runtime.GOARCH + "-" + runtime.GOOS

func wazeroVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == "github.com/tetratelabs/wazero" && d.Version != "" && d.Version != "(devel)" {
				return d.Version
			}
		}
	}
	return "dev"
}

// nativeFile is where wazero keeps the code of a binary with that nativeSum. TestNativeCodeIsSealed holds it to that.
func (e *Engine) nativeFile(sum [32]byte) string {
	h := sha256.New()
	h.Write(sum[:])
	h.Write([]byte(wazeroMagic))
	h.Write(binary.LittleEndian.AppendUint64(nil, nativeFeatures()))
	return filepath.Join(e.options.CacheDir, nativeDir, hex.EncodeToString(h.Sum(nil)))
}

// sealNative answers the seal of a file that was just written, the zero one if there is none.
func sealNative(file string) nativeSeal {
	s, err := readNative(file)
	if err != nil {
		return nativeSeal{}
	}
	return s
}

// checkNative removes the native code of a binary if it is not as it was sealed. It answers whether code is there.
func (e *Engine) checkNative(sum [32]byte, want nativeSeal) bool {
	if want.size == 0 {
		return true
	}
	file := e.nativeFile(sum)
	got, err := readNative(file)
	if err == nil && got == want {
		now := time.Now()
		_ = os.Chtimes(file, now, now) // what was not used for longest goes first when the cache is full
		return true
	}
	if !errors.Is(err, os.ErrNotExist) {
		_ = os.Remove(file) // if it stays, it is found damaged again
	}
	return false
}

// readNative reads a file of wazero's: its magic, its version with a length of one byte, the number of functions in four, where
// each begins and the length of the code in eight, the code, and the rest.
func readNative(file string) (s nativeSeal, err error) {
	f, err := os.Open(file)
	if err != nil {
		return s, err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return s, err
	}
	size := info.Size()
	front := make([]byte, min(size, 4<<10))
	if _, err = io.ReadFull(f, front); err != nil {
		return s, err
	}
	if len(front) <= len(wazeroMagic) {
		return s, io.ErrUnexpectedEOF
	}
	count := len(wazeroMagic) + 1 + int(front[len(wazeroMagic)])
	if len(front) < count+4 {
		return s, io.ErrUnexpectedEOF
	}
	code := int64(count) + 4 + 8*int64(binary.LittleEndian.Uint32(front[count:])) + 8
	if code > size {
		return s, io.ErrUnexpectedEOF
	}
	if n := int64(len(front)); n < code {
		front = append(front, make([]byte, code-n)...)
		if _, err = io.ReadFull(f, front[n:]); err != nil {
			return s, err
		}
	}
	front = front[:code]
	length := binary.LittleEndian.Uint64(front[code-8:])
	if length > uint64(size-code) {
		return s, io.ErrUnexpectedEOF
	}
	tail := make([]byte, uint64(size-code)-length)
	if _, err = f.ReadAt(tail, code+int64(length)); err != nil {
		return s, err
	}
	return nativeSeal{uint64(size), crc32.Checksum(front, castagnoli), crc32.Checksum(tail, castagnoli)}, nil
}
