// Package id makes the ids and writes the times of the host: time-ordered ULIDs behind a prefix, RFC 3339 in UTC with
// milliseconds.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"time"

	"github.com/oklog/ulid/v2"
)

// TimeFormat is the one form of times in envelopes, documents and answers.
const TimeFormat = "2006-01-02T15:04:05.000Z"

// FormatTime writes t in TimeFormat.
func FormatTime(t time.Time) string { return t.UTC().Format(TimeFormat) }

// New makes an id from the operating system's randomness.
func New(prefix string, now time.Time) string {
	return prefix + ulid.MustNew(ulid.Timestamp(now), rand.Reader).String()
}

// Stream makes ids that depend on a seed and a time alone, so that another attempt of the same invocation makes the same ones.
// Ids of one stream ascend. A stream is for one goroutine.
type Stream struct {
	ms      uint64
	entropy *ulid.MonotonicEntropy
}

// NewStream begins the stream of a seed; use one seed for each purpose.
func NewStream(seed [32]byte, now time.Time) *Stream {
	return &Stream{ms: ulid.Timestamp(now), entropy: ulid.Monotonic(&hashReader{seed: seed}, 0)}
}

// Next makes the next id.
func (s *Stream) Next(prefix string) string {
	return prefix + ulid.MustNew(s.ms, s.entropy).String()
}

// hashReader yields SHA-256(seed, counter) block by block.
type hashReader struct {
	seed  [32]byte
	count uint64
	left  []byte
}

func (h *hashReader) Read(p []byte) (int, error) {
	if len(h.left) == 0 {
		var block [40]byte
		copy(block[:], h.seed[:])
		binary.BigEndian.PutUint64(block[32:], h.count)
		h.count++
		sum := sha256.Sum256(block[:])
		h.left = sum[:]
	}
	n := copy(p, h.left)
	h.left = h.left[n:]
	return n, nil
}

var _ io.Reader = (*hashReader)(nil)
