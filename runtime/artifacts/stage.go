package artifacts

import (
	"context"
	"encoding/json"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// Upload is an artifact that is to become a version.
type Upload struct {
	App            string
	Kind           Kind
	ID             string
	Content        []byte
	Digest         string // as the uploader says; empty: not said
	ContractDigest string
	Envelope       []byte // empty: the host signs, where it does, and gives the next number
	BuildID        string // of what the host signs
	ParentVersion  int64  // of what the host signs
	ParentBuildID  string
	By             string // who uploads; who promotes takes the place
	Tags           []string
	Extra          map[string]any // as canonical.Parse answers it; at most 16 KiB in canonical form
}

func (u *Upload) ref(version int64) Ref { return Ref{u.App, u.Kind, u.ID, version} }

// Stage checks an artifact and its statement, stores the content and makes its record. A version that is there with the same digest
// stays as it is and is answered; with another one it is ARTIFACT_VERSION_CONFLICT. The other errors are those of Check, and
// INVALID_PARAMS for tags and extra.
func (s *Store) Stage(ctx context.Context, u *Upload) (*Record, error) {
	r, err := u.record(s.now())
	if err != nil {
		return nil, err
	}
	if len(u.Envelope) > 0 || !s.trust.Signs() {
		if err := s.accept(ctx, u, r); err != nil {
			return nil, err
		}
	} else if u.Digest != "" && u.Digest != r.Digest {
		return nil, fault.New(fault.ArtifactDigestMismatch, "the content is not what the digest says")
	}
	if _, err := s.Put(ctx, u.Content); err != nil {
		return nil, err
	}
	out := r
	err = s.store.Update(ctx, func(ctx context.Context, sql persistence.SQL) error {
		out, err = s.enter(ctx, sql, u, *r)
		return err
	})
	if err != nil {
		return nil, stored(err)
	}
	return out, nil
}

// record is what is known of the version before its statement.
func (u *Upload) record(now time.Time) (*Record, error) {
	r := &Record{RecordID: id.New("art_", now), App: u.App, Kind: u.Kind, ID: u.ID, Digest: Digest(u.Content), Size: int64(len(u.Content)),
		ContractDigest: u.ContractDigest, BuildID: u.BuildID, ParentVersion: u.ParentVersion, ParentBuildID: u.ParentBuildID, PromotedBy: u.By,
		CreatedAt: id.FormatTime(now), Tags: u.Tags, State: Staged}
	if r.Tags == nil {
		r.Tags = []string{}
	}
	texts := []any{u.ParentBuildID, u.By}
	for _, t := range u.Tags {
		texts = append(texts, t)
	}
	for _, t := range texts {
		if len(t.(string)) > nameMax {
			return nil, fault.New(fault.InvalidParams, "a tag or a name is longer than 256 bytes")
		}
	}
	extra := u.Extra
	if extra == nil {
		extra = map[string]any{}
	}
	r.Extra = json.RawMessage(canonical.Append(nil, extra))
	switch err := canonical.CheckDocument([]any{extra, texts}); {
	case err != nil:
		return nil, fault.Wrap(fault.InvalidParams, err, "tags, names and extra are not as documents may be")
	case len(r.Extra) > extraMax:
		return nil, fault.New(fault.InvalidParams, "extra is larger than 16 KiB")
	case len(r.Tags) > tagsMax:
		return nil, fault.New(fault.InvalidParams, "there are more than 64 tags")
	}
	return r, nil
}

// accept checks the statement that came with an upload, and takes the version from it.
func (s *Store) accept(ctx context.Context, u *Upload, r *Record) error {
	subject := &Subject{App: u.App, Kind: u.Kind, ID: u.ID, Digest: r.Digest, ContractDigest: u.ContractDigest, Content: u.Content}
	if u.Digest != "" {
		subject.Digest = u.Digest
	}
	st, key, err := Check(s.trust, subject, u.Envelope)
	if err != nil {
		return err
	}
	r.Version, r.BuildID, r.ParentVersion, r.KeyID = st.Version, st.BuildID, st.ParentVersion, key
	r.Envelope = string(u.Envelope)
	// Nothing is stored for a version that will not be taken.
	return stored(s.store.View(ctx, func(ctx context.Context, sql persistence.SQL) error {
		_, err := admit(ctx, sql, u, r)
		return err
	}))
}

// enter makes the record in a transaction. All of them follow each other, so a number is given once.
func (s *Store) enter(ctx context.Context, sql persistence.SQL, u *Upload, r Record) (*Record, error) {
	if r.Envelope == "" {
		if err := s.sign(ctx, sql, &r); err != nil {
			return nil, err
		}
	}
	if there, err := admit(ctx, sql, u, &r); err != nil || there != nil {
		return there, err
	}
	at, err := time.Parse(id.TimeFormat, r.CreatedAt)
	if err != nil {
		return nil, err
	}
	return &r, insert(ctx, sql, &r, at.UnixMilli())
}

// sign gives a record the next version and the host's statement.
func (s *Store) sign(ctx context.Context, sql persistence.SQL, r *Record) error {
	last, _, err := highest(ctx, sql, Ref{App: r.App, Kind: r.Kind, ID: r.ID})
	if err != nil {
		return err
	}
	r.Version = last + 1
	e, err := s.trust.sign(&Statement{SchemaVersion: Schema, App: r.App, Kind: r.Kind, ID: r.ID, Version: r.Version, Digest: r.Digest, Size: r.Size,
		ContractDigest: r.ContractDigest, BuildID: r.BuildID, ParentVersion: r.ParentVersion, CreatedAt: r.CreatedAt})
	if err != nil {
		return fault.Wrap(fault.ArtifactStatementInvalid, err, "no statement can be made of the artifact")
	}
	r.Envelope, r.KeyID = string(e.JSON()), e.Signatures[0].KeyID
	return nil
}

// admit answers the record that the version has already, or says why it cannot have this one.
func admit(ctx context.Context, sql persistence.SQL, u *Upload, r *Record) (*Record, error) {
	ref := u.ref(r.Version)
	there, err := find(ctx, sql, ref)
	switch {
	case err != nil:
		return nil, err
	case there != nil && there.Digest == r.Digest:
		return there, nil
	}
	_, promoted, err := highest(ctx, sql, ref)
	switch {
	case err != nil:
		return nil, err
	case r.Version < promoted:
		return nil, versionOld()
	case there != nil:
		return nil, fault.New(fault.ArtifactVersionConflict, "the version exists with another digest").WithHint("give it a higher version")
	}
	return nil, nil
}
