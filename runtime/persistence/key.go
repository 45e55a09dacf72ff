package persistence

import (
	"encoding/binary"
	"math"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// keyMax is the longest encoded part of a key.
const keyMax = 512

// keyError says why a value has no key.
type keyError fault.Code

func (e keyError) Error() string { return string(e) }

const (
	errKeyTooLong   = keyError(fault.KeyTooLong)
	errKeyNotScalar = keyError(fault.KeyNotScalar)
)

// First bytes of encoded values; their order is the order of values.
const (
	tagMissing = 0x05
	tagNull    = 0x10
	tagFalse   = 0x20
	tagTrue    = 0x21
	tagNumber  = 0x30
	tagString  = 0x40
)

// encodeKey encodes a value so that the order of bytes is the order of values. missing stands for a path without a value.
func encodeKey(v any, there bool) ([]byte, error) {
	var dst []byte
	switch v := v.(type) {
	case nil:
		if !there {
			return append(dst, tagMissing), nil
		}
		return append(dst, tagNull), nil
	case bool:
		if v {
			return append(dst, tagTrue), nil
		}
		return append(dst, tagFalse), nil
	case int64:
		dst = appendInt(append(dst, tagNumber), v)
	case float64:
		dst = appendDouble(append(dst, tagNumber), v, 0)
	case string:
		dst = append(append(dst, tagString), v...)
	default:
		return nil, errKeyNotScalar
	}
	if len(dst) > keyMax {
		return nil, errKeyTooLong
	}
	return dst, nil
}

// appendInt encodes an integer exactly: the largest binary64 at or below it, and the rest, 0 to 1023.
func appendInt(dst []byte, n int64) []byte {
	d := float64(n)
	// Converting rounds to nearest; 2^63 is above every int64.
	if d >= 0x1p63 || int64(d) > n {
		d = math.Nextafter(d, math.Inf(-1))
	}
	return appendDouble(dst, d, uint16(n-int64(d)))
}

func appendDouble(dst []byte, d float64, rest uint16) []byte {
	if d == 0 {
		d = 0 // -0 and 0 are one value
	}
	bits := math.Float64bits(d)
	if bits>>63 == 1 {
		bits = ^bits
	} else {
		bits |= 1 << 63
	}
	dst = binary.BigEndian.AppendUint64(dst, bits)
	return binary.BigEndian.AppendUint16(dst, rest)
}

// keyOf encodes the value of a record for a key column.
func keyOf(k driver.Key, r *record) ([]byte, error) {
	v, there := r.at(k.Field)
	return keyValue(k, v, there)
}

func keyValue(k driver.Key, v any, there bool) ([]byte, error) {
	if s, ok := v.(string); ok && k.Fold {
		v = foldText(s)
	}
	return encodeKey(v, there)
}
