package artifacts

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// State says where a version is in its life.
type State string

// The states. A version is staged, promoted, and retired when another is promoted; one that is revoked does not come back.
const (
	Staged   State = "staged"
	Promoted State = "promoted"
	Retired  State = "retired"
	Revoked  State = "revoked"
)

// Record is one version of an artifact. App, kind, id and version name it.
type Record struct {
	RecordID       string          `json:"record_id"`
	App            string          `json:"app_id"`
	Kind           Kind            `json:"artifact_kind"`
	ID             string          `json:"artifact_id"`
	Version        int64           `json:"version"`
	Digest         string          `json:"digest"`
	Size           int64           `json:"size"`
	ContractDigest string          `json:"contract_digest"`
	BuildID        string          `json:"build_id"`
	ParentVersion  int64           `json:"parent_version"`
	ParentBuildID  string          `json:"parent_build_id"`
	PromotedBy     string          `json:"promoted_by"`
	CreatedAt      string          `json:"created_at"`
	Tags           []string        `json:"tags"`
	Extra          json.RawMessage `json:"extra"` // an object
	State          State           `json:"state"`
	KeyID          string          `json:"key_id"`
	PromotedAt     string          `json:"promoted_at"`      // empty: never
	RolledBackFrom int64           `json:"rolled_back_from"` // the version that it took the place of when it was older; 0: none
	Envelope       string          `json:"envelope"`         // as it came
}

// Limits of what a record holds besides its statement.
const (
	extraMax = 16 << 10
	tagsMax  = 64
)

const recordColumns = `record_id, app, kind, artifact_id, version, digest, size, contract_digest, build_id, parent_version, parent_build_id,
	promoted_by, created_at, tags, extra, state, key_id, envelope, promoted_at, rolled_back_from`

func insert(ctx context.Context, sql persistence.SQL, r *Record, now int64) error {
	tags := make([]any, len(r.Tags))
	for i, t := range r.Tags {
		tags[i] = t
	}
	_, err := sql.Exec(ctx, `INSERT INTO mz_artifact_versions (`+recordColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)`,
		r.RecordID, r.App, string(r.Kind), r.ID, r.Version, r.Digest, r.Size, r.ContractDigest, r.BuildID, r.ParentVersion, r.ParentBuildID,
		r.PromotedBy, now, string(canonical.Append(nil, tags)), string(r.Extra), string(r.State), r.KeyID, r.Envelope)
	return err
}

// scan reads a record from a row of recordColumns.
func scan(row interface{ Scan(dest ...any) error }) (*Record, error) {
	var r Record
	var kind, tags, extra, state, envelope string
	var created, promoted int64
	err := row.Scan(&r.RecordID, &r.App, &kind, &r.ID, &r.Version, &r.Digest, &r.Size, &r.ContractDigest, &r.BuildID, &r.ParentVersion,
		&r.ParentBuildID, &r.PromotedBy, &created, &tags, &extra, &state, &r.KeyID, &envelope, &promoted, &r.RolledBackFrom)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(tags), &r.Tags); err != nil {
		return nil, err
	}
	r.Kind, r.State = Kind(kind), State(state)
	r.Extra, r.Envelope = json.RawMessage(extra), envelope
	r.CreatedAt = id.FormatTime(time.UnixMilli(created))
	if promoted > 0 {
		r.PromotedAt = id.FormatTime(time.UnixMilli(promoted))
	}
	return &r, nil
}

// Ref names a version.
type Ref struct {
	App     string
	Kind    Kind
	ID      string
	Version int64
}

// find answers a version, or nil.
func find(ctx context.Context, sql persistence.SQL, ref Ref) (*Record, error) {
	r, err := scan(sql.QueryRow(ctx, `SELECT `+recordColumns+` FROM mz_artifact_versions WHERE app = ? AND kind = ? AND artifact_id = ? AND version = ?`,
		ref.App, string(ref.Kind), ref.ID, ref.Version))
	if errors.Is(err, persistence.ErrNoRows) {
		return nil, nil
	}
	return r, err
}

// byID answers the version that a record id names; ARTIFACT_UNAVAILABLE if there is none.
func byID(ctx context.Context, sql persistence.SQL, recordID string) (*Record, error) {
	r, err := scan(sql.QueryRow(ctx, `SELECT `+recordColumns+` FROM mz_artifact_versions WHERE record_id = ?`, recordID))
	if errors.Is(err, persistence.ErrNoRows) {
		return nil, fault.New(fault.ArtifactUnavailable, "there is no such version")
	}
	return r, err
}

// highest answers the highest version there is, and the highest that was ever promoted; 0 for none.
func highest(ctx context.Context, sql persistence.SQL, ref Ref) (last, promoted int64, err error) {
	err = sql.QueryRow(ctx, `SELECT coalesce(max(version), 0), coalesce(max(CASE WHEN promoted_at > 0 THEN version END), 0)
		FROM mz_artifact_versions WHERE app = ? AND kind = ? AND artifact_id = ?`, ref.App, string(ref.Kind), ref.ID).Scan(&last, &promoted)
	return last, promoted, err
}

// Filter chooses versions; what is empty chooses all.
type Filter struct {
	App   string
	Kind  Kind
	ID    string
	State State
	Limit int // Defaults to 50.
}

// List answers versions, newest first.
func (s *Store) List(ctx context.Context, f Filter) (out []*Record, err error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	err = s.store.View(ctx, func(ctx context.Context, sql persistence.SQL) error {
		rows, err := sql.Query(ctx, `SELECT `+recordColumns+` FROM mz_artifact_versions WHERE (? = '' OR app = ?) AND (? = '' OR kind = ?)
			AND (? = '' OR artifact_id = ?) AND (? = '' OR state = ?) ORDER BY created_at DESC, record_id DESC LIMIT ?`,
			f.App, f.App, string(f.Kind), string(f.Kind), f.ID, f.ID, string(f.State), string(f.State), int64(f.Limit))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			r, err := scan(rows)
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return rows.Err()
	})
	return out, stored(err)
}

// Find answers one version; ARTIFACT_UNAVAILABLE if there is none.
func (s *Store) Find(ctx context.Context, recordID string) (r *Record, err error) {
	err = s.store.View(ctx, func(ctx context.Context, sql persistence.SQL) error {
		r, err = byID(ctx, sql, recordID)
		return err
	})
	return r, stored(err)
}
