package artifacts

import (
	"crypto/ed25519"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Subject is an artifact as who wants to stage or run it knows it.
type Subject struct {
	App            string
	Kind           Kind
	ID             string
	Version        int64 // 0: whichever the statement says
	Digest         string
	ContractDigest string
	Newest         int64 // the highest version that was promoted before; 0 where an older one may be

	Content []byte
	Missing error // why there is no content; then Size is what is known of it
	Size    int64
}

// Check holds an artifact and its envelope to what is trusted, and answers the statement and the id of the key that signed it. Who
// stages an artifact and who is about to compile one call it alike. The error is the *fault.Error of the first thing that is wrong:
// ARTIFACT_DIGEST_MISMATCH, _UNSIGNED, _KEY_UNKNOWN, _KEY_REVOKED, _SIGNATURE_INVALID, _STATEMENT_INVALID, _STATEMENT_MISMATCH,
// _VERSION_OLD, _UNAVAILABLE.
func Check(trust *Trust, s *Subject, envelope []byte) (*Statement, string, error) {
	size := s.Size
	if s.Missing == nil {
		size = int64(len(s.Content))
		if Digest(s.Content) != s.Digest {
			return nil, "", fault.New(fault.ArtifactDigestMismatch, "the content is not what the digest says")
		}
	}
	if len(envelope) == 0 {
		return nil, "", unsigned()
	}
	e, err := ParseEnvelope(envelope)
	if err != nil {
		return nil, "", fault.Wrap(fault.ArtifactStatementInvalid, err, "the envelope of the statement is malformed")
	}
	key, err := e.verify(trust, s.App, s.Kind)
	if err != nil {
		return nil, "", err
	}
	if e.Type != PayloadType {
		return nil, "", fault.New(fault.ArtifactStatementInvalid, "what was signed is no statement of an artifact")
	}
	st, err := ParseStatement(e.Payload)
	if err != nil {
		return nil, "", fault.Wrap(fault.ArtifactStatementInvalid, err, "the statement is malformed")
	}
	switch what := s.differs(st, size); {
	case what != "":
		return nil, "", fault.New(fault.ArtifactStatementMismatch, "the statement is about something else").WithDetails(map[string]any{"member": what})
	case st.Version < s.Newest:
		return nil, "", versionOld()
	case s.Missing != nil:
		return nil, "", s.Missing
	}
	return st, key, nil
}

// differs answers the member of the statement that is not as the subject, or "".
func (s *Subject) differs(st *Statement, size int64) string {
	switch {
	case st.App != s.App:
		return "app_id"
	case st.Kind != s.Kind:
		return "artifact_kind"
	case st.ID != s.ID:
		return "artifact_id"
	case st.Digest != s.Digest:
		return "digest"
	case st.Size != size:
		return "size"
	case st.ContractDigest != s.ContractDigest:
		return "contract_digest"
	case s.Version != 0 && st.Version != s.Version:
		return "version"
	}
	return ""
}

// verify answers the id of the first key that counts and has signed. If there is none, the error is that of the signature which came
// farthest.
func (e *Envelope) verify(trust *Trust, app string, kind Kind) (string, error) {
	order := []fault.Code{fault.ArtifactUnsigned, fault.ArtifactKeyUnknown, fault.ArtifactKeyRevoked, fault.ArtifactSignatureInvalid}
	worst := unsigned()
	signed := e.signed()
	for _, s := range e.Signatures {
		public, err := trust.key(s.KeyID, app, kind)
		if err == nil {
			if ed25519.Verify(public, signed, s.Bytes) {
				return s.KeyID, nil
			}
			err = fault.New(fault.ArtifactSignatureInvalid, "the signature of the statement does not verify")
		}
		if slices.Index(order, fault.CodeOf(err)) > slices.Index(order, fault.CodeOf(worst)) {
			worst = err
		}
	}
	return "", worst
}

func unsigned() error {
	return fault.New(fault.ArtifactUnsigned, "the artifact has no signed statement").WithHint("sign it with `mozaiks artifact sign`")
}

func versionOld() error {
	return fault.New(fault.ArtifactVersionOld, "a higher version was promoted before").WithHint("give it a higher version, or roll back")
}
