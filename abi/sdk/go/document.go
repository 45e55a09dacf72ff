package mozaiks

import (
	"strings"

	"github.com/mozaiks/mozaiks/abi/sdk/go/internal/codec"
)

// Doc is a stored document: what the host says of it, and its fields as a T.
type Doc[T any] struct {
	ID        string
	Rev       int64 // 1 at first, one more with each change
	CreatedAt Time
	UpdatedAt Time
	Value     T
}

// UnmarshalJSON reads a document as the host gives it. Where T is a map, the host's own members are left out of it.
func (d *Doc[T]) UnmarshalJSON(data []byte) error {
	var meta struct {
		ID        string `json:"_id"`
		Rev       int64  `json:"_rev"`
		CreatedAt Time   `json:"_created_at"`
		UpdatedAt Time   `json:"_updated_at"`
	}
	if err := codec.Decode(data, &meta); err != nil {
		return err
	}
	var value T
	if err := codec.Decode(data, &value); err != nil {
		return err
	}
	if m, ok := any(value).(map[string]any); ok {
		for name := range m {
			if strings.HasPrefix(name, "_") {
				delete(m, name)
			}
		}
	}
	*d = Doc[T]{meta.ID, meta.Rev, meta.CreatedAt, meta.UpdatedAt, value}
	return nil
}

// RawJSON is a JSON value as it stands, for what has no Go type.
type RawJSON []byte

// MarshalJSON writes the value as it is; an empty one as null.
func (r RawJSON) MarshalJSON() ([]byte, error) {
	if len(r) == 0 {
		return []byte("null"), nil
	}
	return r, nil
}

// UnmarshalJSON keeps a copy of the value.
func (r *RawJSON) UnmarshalJSON(data []byte) error {
	*r = append((*r)[:0:0], data...)
	return nil
}

// Decode reads the value into what target, a pointer, points at.
func (r RawJSON) Decode(target any) error { return codec.Decode(r, target) }
