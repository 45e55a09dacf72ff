package persistence

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// position is a place in the order of a query: in which of its ranges, the keys of the columns that order it, or the values of
// an order made in memory, and the id.
type position struct {
	bound  [][]byte // the keys that the range equals
	keys   [][]byte
	values []any
	id     string
}

// position answers where a document stands in the plan's order.
func (p *plan) position(t *target, r *record) (*position, error) {
	at := &position{id: r.id}
	if !p.inOrder {
		at.values = p.values(r)
		return at, nil
	}
	if len(p.ranges) > 0 {
		for _, b := range p.ranges[0] {
			key, err := keyOf(t.stored.Keys[b.Key], r)
			if err != nil {
				return nil, err // the row was stored with this key
			}
			at.bound = append(at.bound, key)
		}
	}
	for _, c := range p.rng.Order {
		key, err := keyOf(t.stored.Keys[c.Key], r)
		if err != nil {
			return nil, err
		}
		at.keys = append(at.keys, key)
	}
	return at, nil
}

// behind answers the ranges that are left behind a position, of which the first begins at it.
func (p *plan) behind(at *position) ([][]driver.Bound, error) {
	for i, r := range p.ranges {
		same := len(r) == len(at.bound)
		for j := 0; same && j < len(r); j++ {
			same = bytes.Equal(r[j].Value, at.bound[j])
		}
		if same && len(at.keys) == len(p.rng.Order) {
			return p.ranges[i:], nil
		}
	}
	return nil, cursorInvalid()
}

// cursorBound names everything that a cursor is bound to: app, scope, collection, filter, order and index.
func (s *Session) cursorBound(t *target, rows driver.Scope, request map[string]any, p *plan) []byte {
	var index any
	if p.index != nil {
		parts := []any{}
		for _, part := range p.index.Parts {
			k := t.stored.Keys[part.Key]
			parts = append(parts, []any{k.Field, k.Fold, part.Desc})
		}
		index = parts
	}
	sum := sha256.Sum256(canonical.Append(nil, []any{s.scope.App, rows.Tenant, rows.Owner, t.Module, t.Name, request["filter"],
		request["sort"], index}))
	return sum[:]
}

// seal encrypts positions.
type seal struct {
	key  [32]byte
	aead cipher.AEAD
}

func newSeal(key [32]byte) *seal {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // the key has the one length that works
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return &seal{key: key, aead: gcm}
}

// nonceSize is that of AES-GCM.
const nonceSize = 12

// close encrypts a position. The nonce is made from the text and what it is bound to, so that equal queries give equal
// cursors, which replaying an invocation needs, and two texts never share one.
func (s *seal) close(at *position, bound []byte) string {
	values := make([]any, len(at.values))
	for i, v := range at.values {
		if _, none := v.(missing); none {
			values[i] = []any{}
		} else {
			values[i] = []any{v}
		}
	}
	text := canonical.Append(nil, []any{texts(at.bound), texts(at.keys), values, at.id})
	mac := hmac.New(sha256.New, s.key[:])
	mac.Write(bound)
	mac.Write(text)
	nonce := mac.Sum(nil)[:nonceSize]
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, text, bound))
}

func texts(keys [][]byte) []any {
	out := make([]any, len(keys))
	for i, k := range keys {
		out[i] = base64.RawStdEncoding.EncodeToString(k)
	}
	return out
}

// open reads the cursor of a request; nil for none. One that was altered or belongs to another query is refused.
func (s *seal) open(v any, bound []byte) (*position, error) {
	if v == nil {
		return nil, nil
	}
	text, ok := v.(string)
	if !ok {
		return nil, invalid("a cursor is a text", "$.cursor")
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	// The decoder passes over line breaks; a cursor has one spelling.
	if err != nil || len(raw) < nonceSize || base64.RawURLEncoding.EncodeToString(raw) != text {
		return nil, cursorInvalid()
	}
	plain, err := s.aead.Open(nil, raw[:nonceSize], raw[nonceSize:], bound)
	if err != nil {
		return nil, cursorInvalid()
	}
	parsed, err := canonical.Parse(plain)
	parts, ok := parsed.([]any)
	if err != nil || !ok || len(parts) != 4 {
		return nil, cursorInvalid()
	}
	return readPosition(parts)
}

func readPosition(parts []any) (*position, error) {
	at := &position{}
	var okBound, okKeys bool
	at.bound, okBound = keysOf(parts[0])
	at.keys, okKeys = keysOf(parts[1])
	values, okValues := parts[2].([]any)
	id, okID := parts[3].(string)
	if !okBound || !okKeys || !okValues || !okID {
		return nil, cursorInvalid()
	}
	at.id = id
	for _, v := range values {
		one, _ := v.([]any)
		if len(one) == 0 {
			at.values = append(at.values, missing{})
		} else {
			at.values = append(at.values, one[0])
		}
	}
	return at, nil
}

func keysOf(v any) ([][]byte, bool) {
	list, ok := v.([]any)
	keys := [][]byte{}
	for _, k := range list {
		text, isText := k.(string)
		key, err := base64.RawStdEncoding.DecodeString(text)
		if !isText || err != nil {
			return nil, false
		}
		keys = append(keys, key)
	}
	return keys, ok
}
