package artifacts

import (
	"context"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// Load answers a version and its content after all checks: what it answers may be compiled. The errors are those of Check, and
// BUNDLE_CORRUPT.
func (s *Store) Load(ctx context.Context, ref Ref) (*Record, []byte, error) {
	var r *Record
	var promoted int64
	err := s.store.View(ctx, func(ctx context.Context, sql persistence.SQL) (err error) {
		if r, err = find(ctx, sql, ref); err == nil {
			_, promoted, err = highest(ctx, sql, ref)
		}
		return err
	})
	switch {
	case err != nil:
		return nil, nil, unavailable(err)
	case r == nil:
		return nil, nil, fault.New(fault.ArtifactUnavailable, "there is no such version")
	}
	subject := &Subject{App: ref.App, Kind: ref.Kind, ID: ref.ID, Version: ref.Version, Digest: r.Digest, ContractDigest: r.ContractDigest, Size: r.Size}
	if r.PromotedAt == "" { // what was promoted may run again: it was rolled back to, or something that still runs needs it
		subject.Newest = promoted
	}
	subject.Content, subject.Missing = s.Get(ctx, r.Digest)
	if fault.CodeOf(subject.Missing) == fault.BundleCorrupt {
		return nil, nil, subject.Missing
	}
	if subject.Missing == nil && r.State == Revoked {
		subject.Missing, subject.Size = revoked(), int64(len(subject.Content))
	}
	if _, _, err := Check(s.trust, subject, []byte(r.Envelope)); err != nil {
		return nil, nil, err
	}
	return r, subject.Content, nil
}

func revoked() error { return fault.New(fault.ArtifactUnavailable, "the version was revoked") }

// Promote makes a version the one that holds, within the transaction that moves the app to it, and retires the one that did. One lower
// than promoted before is ARTIFACT_VERSION_OLD, unless it is rolled back to, which its record then says.
func (s *Store) Promote(ctx context.Context, sql persistence.SQL, recordID, by string, rollback bool) (*Record, error) {
	r, err := byID(ctx, sql, recordID)
	if err != nil {
		return nil, stored(err)
	}
	_, promoted, err := highest(ctx, sql, Ref{App: r.App, Kind: r.Kind, ID: r.ID})
	switch {
	case err != nil:
		return nil, err
	case r.State == Revoked:
		return nil, revoked()
	case r.State == Promoted:
		return r, nil
	case r.Version < promoted && !rollback:
		return nil, versionOld()
	}
	var from int64
	if err := sql.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM mz_artifact_versions WHERE app = ? AND kind = ? AND artifact_id = ? AND state = ?`,
		r.App, string(r.Kind), r.ID, string(Promoted)).Scan(&from); err != nil {
		return nil, err
	}
	if from < r.Version {
		from = 0
	}
	if _, err := sql.Exec(ctx, `UPDATE mz_artifact_versions SET state = ? WHERE app = ? AND kind = ? AND artifact_id = ? AND state = ?`,
		string(Retired), r.App, string(r.Kind), r.ID, string(Promoted)); err != nil {
		return nil, err
	}
	if _, err := sql.Exec(ctx, `UPDATE mz_artifact_versions SET state = ?, promoted_by = ?, promoted_at = ?, rolled_back_from = ? WHERE record_id = ?`,
		string(Promoted), by, s.now().UnixMilli(), from, recordID); err != nil {
		return nil, err
	}
	return byID(ctx, sql, recordID)
}

// Revoke stops a version from being loaded, for good. What has loaded it goes on.
func (s *Store) Revoke(ctx context.Context, recordID string) (r *Record, err error) {
	err = s.store.Update(ctx, func(ctx context.Context, sql persistence.SQL) error {
		if _, err := sql.Exec(ctx, `UPDATE mz_artifact_versions SET state = ? WHERE record_id = ?`, string(Revoked), recordID); err != nil {
			return err
		}
		r, err = byID(ctx, sql, recordID)
		return err
	})
	return r, stored(err)
}
