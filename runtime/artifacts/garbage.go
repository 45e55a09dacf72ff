package artifacts

import (
	"context"
	"time"

	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// Garbage deletes content that was stored before a time and that neither the digests named nor a version names, unless it was revoked;
// it answers how much. What another artifact's content names, as a bundle does its files, is for the caller to name. The time spares
// what is being staged. Copies in the cache of what is no longer stored go, too; versions stay.
func (s *Store) Garbage(ctx context.Context, named []string, before time.Time) (deleted int, err error) {
	keep := map[string]bool{}
	for _, digest := range named {
		keep[digest] = true
	}
	old, err := s.digests(ctx, `SELECT digest FROM mz_artifacts WHERE stored_at < ? ORDER BY digest`, before.UnixMilli())
	if err != nil {
		return 0, stored(err)
	}
	for _, digest := range old {
		if keep[digest] {
			continue
		}
		gone, err := s.discard(ctx, digest, before)
		if err != nil {
			return deleted, stored(err)
		}
		if gone {
			deleted++
		}
	}
	here, err := s.digests(ctx, `SELECT digest FROM mz_artifacts`)
	if err != nil {
		return deleted, stored(err)
	}
	for _, digest := range here {
		keep[digest] = true
	}
	s.cache.sweep(keep, s.now())
	return deleted, nil
}

func (s *Store) digests(ctx context.Context, query string, args ...any) (out []string, err error) {
	err = s.store.View(ctx, func(ctx context.Context, sql persistence.SQL) error {
		rows, err := sql.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var digest string
			if err := rows.Scan(&digest); err != nil {
				return err
			}
			out = append(out, digest)
		}
		return rows.Err()
	})
	return out, err
}

// discard deletes one artifact in a transaction of its own, so that nobody waits long; what is named or stored anew meanwhile stays.
func (s *Store) discard(ctx context.Context, digest string, before time.Time) (gone bool, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, sql persistence.SQL) error {
		n, err := sql.Exec(ctx, `DELETE FROM mz_artifacts WHERE digest = ? AND stored_at < ?
			AND NOT EXISTS (SELECT 1 FROM mz_artifact_versions v WHERE v.digest = mz_artifacts.digest AND v.state <> ?)`,
			digest, before.UnixMilli(), string(Revoked))
		gone = n > 0
		if err != nil || !gone {
			return err
		}
		_, err = sql.Exec(ctx, `DELETE FROM mz_artifact_chunks WHERE digest = ?`, digest)
		return err
	})
	return gone, err
}
