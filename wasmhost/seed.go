package wasmhost

import (
	"crypto/sha256"

	"golang.org/x/crypto/chacha20"
)

// DeriveSeed makes a seed from a label and parts: the SHA-256 of the label, a zero byte, and the parts.
func DeriveSeed(label string, parts ...[]byte) [32]byte {
	h := sha256.New()
	h.Write([]byte(label))
	h.Write([]byte{0})
	for _, p := range parts {
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

// FreezeSeed is the seed with which a binary of that SHA-256 is initialised.
func FreezeSeed(binarySHA [32]byte) [32]byte {
	return DeriveSeed("mozaiks.seed.freeze.v1", binarySHA[:])
}

// stream is the random stream of one call: the ChaCha20 key stream of RFC 8439 with the seed as key, nonce and counter
// 0. It is made when it is first read.
type stream struct {
	seed   [32]byte
	cipher *chacha20.Cipher
}

// fill overwrites p with the next bytes.
func (s *stream) fill(p []byte) {
	if s.cipher == nil {
		// The only errors are those of wrong lengths, which the types rule out.
		s.cipher, _ = chacha20.NewUnauthenticatedCipher(s.seed[:], make([]byte, chacha20.NonceSize))
	}
	clear(p)
	s.cipher.XORKeyStream(p, p)
}
