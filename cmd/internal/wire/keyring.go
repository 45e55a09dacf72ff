package wire

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Keyring holds the host's keys; the first seals.
type Keyring struct{ first [32]byte }

// OpenKeyring reads the file, or makes one with a new key where there is none and the path is the generated one.
func OpenKeyring(path, dataDir string) (*Keyring, error) {
	generated := path == ""
	if generated {
		path = filepath.Join(dataDir, "keyring")
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && generated {
		if raw, err = newKeyring(path); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the keyring %s can be read by others; chmod 600 it", path)
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	id, encoded, ok := strings.Cut(strings.TrimSpace(line), ":")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || id == "" || err != nil || len(key) != 32 {
		return nil, fmt.Errorf("the keyring %s is not made of lines id:base64(32 bytes)", path)
	}
	k := &Keyring{}
	copy(k.first[:], key)
	return k, nil
}

// newKeyring writes a keyring whole before it has its name, so that a crash leaves none or a good one.
func newKeyring(path string) ([]byte, error) {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails: crypto/rand ends the process instead
	raw := []byte("k1:" + base64.StdEncoding.EncodeToString(key[:]) + "\n")
	tmp := path + ".new"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(raw)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	return raw, os.Rename(tmp, path)
}

// Derive makes a key for one use from the first key.
func (k *Keyring) Derive(use string) (out [32]byte, err error) {
	key, err := hkdf.Key(sha256.New, k.first[:], nil, "mozaiks "+use+" v1", len(out))
	copy(out[:], key)
	return out, err
}
