package modules

import "crypto/rand"

// NewSeed draws the seed of a root invocation from the operating system.
func NewSeed() [32]byte {
	var seed [32]byte
	_, _ = rand.Read(seed[:]) // never fails: crypto/rand ends the process instead
	return seed
}
