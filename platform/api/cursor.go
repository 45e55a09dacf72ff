package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// sealCursor makes the cursor of a list of host rows: the position and a MAC over it and over what it is bound to, so that
// another caller, list or filter cannot use it. The position is the caller's own row and no secret.
func sealCursor(key [32]byte, position string, bound []string) string {
	return base64.RawURLEncoding.EncodeToString(append(mac(key, position, bound), position...))
}

func openCursor(key [32]byte, cursor string, bound []string) (string, error) {
	data, err := base64.RawURLEncoding.DecodeString(cursor)
	// The decoder passes over line breaks; a cursor has one spelling.
	if err != nil || len(data) <= sha256.Size || base64.RawURLEncoding.EncodeToString(data) != cursor {
		return "", fault.New(fault.CursorInvalid, "the cursor is not one of this list")
	}
	position := string(data[sha256.Size:])
	if !hmac.Equal(data[:sha256.Size], mac(key, position, bound)) {
		return "", fault.New(fault.CursorInvalid, "the cursor is not one of this list")
	}
	return position, nil
}

func mac(key [32]byte, position string, bound []string) []byte {
	h := hmac.New(sha256.New, key[:])
	for _, part := range append([]string{position}, bound...) {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(part)))
		h.Write(n[:])
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}
