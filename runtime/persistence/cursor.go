package persistence

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// position is a place in the order of a query: the key bytes of an index's columns, or the values of an order made in memory,
// and the id.
type position struct {
	keys   [][]byte
	values []any
	id     string
}

func (p *position) driverPosition() *driver.Position {
	return &driver.Position{Values: p.keys, ID: p.id}
}

// position answers where a document stands in the plan's order.
func (p *plan) position(t *target, r *record) *position {
	at := &position{id: r.id}
	if !p.inOrder {
		at.values = p.values(r)
	}
	for _, c := range p.rng.Order {
		key, err := keyOf(t.stored.Keys[c.Key], r)
		if err != nil {
			key = []byte{tagMissing} // cannot be: the row was stored with this key
		}
		at.keys = append(at.keys, key)
	}
	return at
}

// cursorBound names everything that a cursor is bound to: app, scope, collection, filter, order and index.
func (s *Session) cursorBound(t *target, rows driver.Scope, request map[string]any, p *plan) []byte {
	index := any(nil)
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

// sealCursor encrypts a position. The nonce is made from the text and the bound, so that equal queries give equal cursors.
func (s *Session) sealCursor(at *position, bound []byte) string {
	keys := make([]any, len(at.keys))
	for i, k := range at.keys {
		keys[i] = base64.RawStdEncoding.EncodeToString(k)
	}
	values := make([]any, len(at.values))
	for i, v := range at.values {
		if _, none := v.(missing); none {
			values[i] = []any{}
		} else {
			values[i] = []any{v}
		}
	}
	text := canonical.Append(nil, []any{keys, values, at.id})
	mac := hmac.New(sha256.New, s.opts.CursorKey[:])
	mac.Write(bound)
	mac.Write(text)
	nonce := mac.Sum(nil)[:12]
	return base64.RawURLEncoding.EncodeToString(s.aead().Seal(nonce, nonce, text, bound))
}

func (s *Session) aead() cipher.AEAD {
	block, err := aes.NewCipher(s.opts.CursorKey[:])
	if err != nil {
		panic(err) // the key has the one length that works
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

// openCursor reads a cursor; nil for none. One that was altered or belongs to another query is refused.
func (s *Session) openCursor(v any, bound []byte) (*position, error) {
	if v == nil {
		return nil, nil
	}
	text, ok := v.(string)
	if !ok {
		return nil, invalid("a cursor is a text", "$.cursor")
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < 12 {
		return nil, cursorInvalid()
	}
	plain, err := s.aead().Open(nil, raw[:12], raw[12:], bound)
	if err != nil {
		return nil, cursorInvalid()
	}
	parsed, err := canonical.Parse(plain)
	parts, ok := parsed.([]any)
	if err != nil || !ok || len(parts) != 3 {
		return nil, cursorInvalid()
	}
	return readPosition(parts)
}

func readPosition(parts []any) (*position, error) {
	at := &position{}
	keys, okKeys := parts[0].([]any)
	values, okValues := parts[1].([]any)
	id, okID := parts[2].(string)
	if !okKeys || !okValues || !okID {
		return nil, cursorInvalid()
	}
	at.id = id
	for _, k := range keys {
		text, _ := k.(string)
		key, err := base64.RawStdEncoding.DecodeString(text)
		if err != nil {
			return nil, cursorInvalid()
		}
		at.keys = append(at.keys, key)
	}
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
