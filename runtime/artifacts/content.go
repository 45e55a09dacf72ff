package artifacts

import (
	"context"
	"errors"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// chunkSize is how much of an artifact one row holds.
const chunkSize = 1 << 20

// Put stores content and answers its digest. Content that is there already stays; a damaged copy of it is mended.
func (s *Store) Put(ctx context.Context, content []byte) (string, error) {
	digest := Digest(content)
	now := s.now().UnixMilli()
	return digest, stored(s.store.Update(ctx, func(ctx context.Context, sql persistence.SQL) error {
		n, err := sql.Exec(ctx, `UPDATE mz_artifacts SET stored_at = ? WHERE digest = ?`, now, digest)
		if err != nil {
			return err
		}
		if n > 0 {
			if _, err := read(ctx, sql, digest); fault.CodeOf(err) != fault.BundleCorrupt {
				return err
			}
		}
		return write(ctx, sql, digest, content, now)
	}))
}

func write(ctx context.Context, sql persistence.SQL, digest string, content []byte, now int64) error {
	if _, err := sql.Exec(ctx, `DELETE FROM mz_artifact_chunks WHERE digest = ?`, digest); err != nil {
		return err
	}
	if _, err := sql.Exec(ctx, `INSERT INTO mz_artifacts (digest, size, stored_at) VALUES (?, ?, ?)
		ON CONFLICT (digest) DO UPDATE SET size = excluded.size, stored_at = excluded.stored_at`, digest, int64(len(content)), now); err != nil {
		return err
	}
	position := int64(0)
	for chunk := range slices.Chunk(content, chunkSize) {
		if _, err := sql.Exec(ctx, `INSERT INTO mz_artifact_chunks (digest, position, content) VALUES (?, ?, ?)`, digest, position, chunk); err != nil {
			return err
		}
		position++
	}
	return nil
}

// Get answers the content of a digest, which it has computed again. The errors are ARTIFACT_UNAVAILABLE, and BUNDLE_CORRUPT for
// stored content that is not what its digest says.
func (s *Store) Get(ctx context.Context, digest string) (content []byte, err error) {
	if !isDigest(digest) {
		return nil, unavailable(nil)
	}
	if content, ok := s.cache.get(digest); ok {
		return content, nil
	}
	err = s.store.View(ctx, func(ctx context.Context, sql persistence.SQL) error {
		content, err = read(ctx, sql, digest)
		return err
	})
	switch code := fault.CodeOf(err); {
	case err == nil:
		s.cache.put(digest, content)
		return content, nil
	case code == fault.BundleCorrupt || code == fault.ArtifactUnavailable:
		return nil, err
	default:
		return nil, unavailable(err)
	}
}

func unavailable(cause error) error {
	return fault.Wrap(fault.ArtifactUnavailable, cause, "the artifact cannot be had")
}

// read puts the chunks of an artifact together and holds them to their digest.
func read(ctx context.Context, sql persistence.SQL, digest string) ([]byte, error) {
	var size int64
	err := sql.QueryRow(ctx, `SELECT size FROM mz_artifacts WHERE digest = ?`, digest).Scan(&size)
	if errors.Is(err, persistence.ErrNoRows) {
		return nil, unavailable(nil)
	}
	if err != nil {
		return nil, err
	}
	content := []byte{} // it grows by what is there, not by the size that a row claims
	for position := int64(0); int64(len(content)) < size; position++ {
		var chunk []byte
		err := sql.QueryRow(ctx, `SELECT content FROM mz_artifact_chunks WHERE digest = ? AND position = ?`, digest, position).Scan(&chunk)
		if errors.Is(err, persistence.ErrNoRows) || err == nil && len(chunk) == 0 {
			break
		}
		if err != nil {
			return nil, err
		}
		content = append(content, chunk...)
	}
	if int64(len(content)) != size || Digest(content) != digest {
		return nil, fault.New(fault.BundleCorrupt, "stored content is not what its digest says").
			WithHint("upload the artifact again: that mends it").WithDetails(map[string]any{"digest": digest})
	}
	return content, nil
}
