package artifacts

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// trustMax bounds a trust file, in bytes.
const trustMax = 1 << 20

// Entry is a key as a trust file has it.
type Entry struct {
	KeyID     string   `json:"key_id"`
	PublicKey string   `json:"public_key"` // base64 of 32 bytes
	Apps      []string `json:"apps"`
	Kinds     []string `json:"kinds"`
	NotBefore string   `json:"not_before,omitempty"` // RFC 3339
	NotAfter  string   `json:"not_after,omitempty"`
	Revoked   bool     `json:"revoked,omitempty"`
}

// NewEntry is the entry of a key for all apps and kinds.
func NewEntry(public ed25519.PublicKey) Entry {
	return Entry{KeyID: KeyID(public), PublicKey: base64.StdEncoding.EncodeToString(public), Apps: []string{"*"}, Kinds: []string{"*"}}
}

// readTrust reads a trust file. One wrong entry makes it unreadable: it might be the one that revokes.
func readTrust(path string) (map[string]Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > trustMax {
		return nil, errors.New("the trust file is too large")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseTrust(data)
}

func parseTrust(data []byte) (map[string]Key, error) {
	var file struct {
		Keys []json.RawMessage `json:"keys"`
	}
	members, err := decode(data, &file, "keys")
	if err != nil {
		return nil, err
	}
	if members["keys"] == nil {
		return nil, errors.New("the trust file has no keys")
	}
	keys := map[string]Key{}
	for i, raw := range file.Keys {
		var e Entry
		if _, err := decode(raw, &e, "key_id", "public_key", "apps", "kinds", "not_before", "not_after", "revoked"); err != nil {
			return nil, fmt.Errorf("keys[%d]: %w", i, err)
		}
		k, err := e.key()
		if err != nil {
			return nil, fmt.Errorf("keys[%d]: %w", i, err)
		}
		if _, twice := keys[e.KeyID]; twice {
			return nil, fmt.Errorf("keys[%d]: the key is there twice", i)
		}
		keys[e.KeyID] = k
	}
	return keys, nil
}

func (e *Entry) key() (k Key, err error) {
	k = Key{Apps: e.Apps, Kinds: e.Kinds, Revoked: e.Revoked}
	k.Public, err = base64.StdEncoding.Strict().DecodeString(e.PublicKey)
	if err != nil || len(k.Public) != ed25519.PublicKeySize {
		return k, errors.New("public_key is not base64 of 32 bytes")
	}
	if e.KeyID != KeyID(k.Public) {
		return k, errors.New("key_id is not that of public_key")
	}
	if k.NotBefore, err = bound(e.NotBefore); err == nil {
		k.NotAfter, err = bound(e.NotAfter)
	}
	return k, err
}

func bound(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, errors.New("not_before or not_after is not a time of RFC 3339")
	}
	return at, nil
}
