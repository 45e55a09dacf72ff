package artifacts_test

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/artifacts"
)

// trustOf is a trust file with entries.
func trustOf(t testing.TB, entries ...artifacts.Entry) *artifacts.Trust {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"keys": entries})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "trust.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return artifacts.FileTrust(path, func() time.Time { return time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC) })
}

func subject() *artifacts.Subject {
	return &artifacts.Subject{App: "shop", Kind: artifacts.Module, ID: "tasks", Version: 3, Digest: artifacts.Digest([]byte("x")), Content: []byte("x")}
}

// Every check, alone: all the rest is sound.
func TestEachCheckHasItsCode(t *testing.T) {
	t.Parallel()
	signer := key(1)
	sign := func(change func(*artifacts.Statement), k ed25519.PrivateKey) []byte {
		s := statement("x", 3)
		if change != nil {
			change(s)
		}
		e, err := artifacts.Sign(s, k)
		if err != nil {
			t.Fatal(err)
		}
		return e.JSON()
	}
	entry := func(change func(*artifacts.Entry)) *artifacts.Trust {
		e := artifacts.NewEntry(public(signer))
		if change != nil {
			change(&e)
		}
		return trustOf(t, e)
	}
	// signed puts any bytes in an envelope with a good signature.
	signed := func(typ, payload string) []byte {
		pae := []byte("DSSEv1 " + itoa(len(typ)) + " " + typ + " " + itoa(len(payload)) + " " + payload)
		e := artifacts.Envelope{Type: typ, Payload: []byte(payload), Signatures: []artifacts.Signature{{KeyID: artifacts.KeyID(public(signer)), Bytes: ed25519.Sign(signer, pae)}}}
		return e.JSON()
	}
	forged := func(change func(*artifacts.Envelope)) []byte {
		e, err := artifacts.Sign(statement("x", 3), signer)
		if err != nil {
			t.Fatal(err)
		}
		change(e)
		return e.JSON()
	}
	const day = "2026-01-01T00:00:00Z"
	for name, c := range map[string]struct {
		want     fault.Code
		subject  func(*artifacts.Subject)
		trust    *artifacts.Trust
		envelope []byte
	}{
		"sound":               {},
		"content":             {want: fault.ArtifactDigestMismatch, subject: func(s *artifacts.Subject) { s.Content = []byte("y") }},
		"no envelope":         {want: fault.ArtifactUnsigned, envelope: []byte{}},
		"no signature":        {want: fault.ArtifactUnsigned, envelope: forged(func(e *artifacts.Envelope) { e.Signatures = nil })},
		"no JSON":             {want: fault.ArtifactStatementInvalid, envelope: []byte("x")},
		"a foreign key":       {want: fault.ArtifactKeyUnknown, envelope: sign(nil, key(2))},
		"a foreign app":       {want: fault.ArtifactKeyUnknown, trust: entry(func(e *artifacts.Entry) { e.Apps = []string{"blog"} })},
		"no app":              {want: fault.ArtifactKeyUnknown, trust: entry(func(e *artifacts.Entry) { e.Apps = nil })},
		"a foreign kind":      {want: fault.ArtifactKeyUnknown, trust: entry(func(e *artifacts.Entry) { e.Kinds = []string{"page"} })},
		"this app and kind":   {trust: entry(func(e *artifacts.Entry) { e.Apps, e.Kinds = []string{"shop"}, []string{"page", "module"} })},
		"over":                {want: fault.ArtifactKeyUnknown, trust: entry(func(e *artifacts.Entry) { e.NotAfter = day })},
		"not yet":             {want: fault.ArtifactKeyUnknown, trust: entry(func(e *artifacts.Entry) { e.NotBefore = "2026-02-01T00:00:00Z" })},
		"in its time":         {trust: entry(func(e *artifacts.Entry) { e.NotBefore, e.NotAfter = day, "2026-02-01T00:00:00+02:00" })},
		"revoked":             {want: fault.ArtifactKeyRevoked, trust: entry(func(e *artifacts.Entry) { e.Revoked = true })},
		"a revoked key's lie": {want: fault.ArtifactKeyRevoked, trust: entry(func(e *artifacts.Entry) { e.Revoked = true }), envelope: forged(func(e *artifacts.Envelope) { e.Payload[9]++ })},
		"a byte of payload":   {want: fault.ArtifactSignatureInvalid, envelope: forged(func(e *artifacts.Envelope) { e.Payload[9]++ })},
		"a byte of signature": {want: fault.ArtifactSignatureInvalid, envelope: forged(func(e *artifacts.Envelope) { e.Signatures[0].Bytes[9]++ })},
		"a short signature":   {want: fault.ArtifactSignatureInvalid, envelope: forged(func(e *artifacts.Envelope) { e.Signatures[0].Bytes = nil })},
		"the type":            {want: fault.ArtifactSignatureInvalid, envelope: forged(func(e *artifacts.Envelope) { e.Type = "text/plain" })},
		"another's name": {want: fault.ArtifactSignatureInvalid, envelope: forged(func(e *artifacts.Envelope) {
			*e = *must(artifacts.Sign(statement("x", 3), key(2)))
			e.Signatures[0].KeyID = artifacts.KeyID(public(signer))
		})},
		"two, one sound": {envelope: forged(func(e *artifacts.Envelope) {
			e.Signatures = append([]artifacts.Signature{{KeyID: "x"}}, e.Signatures...)
		})},
		"a signed other type":  {want: fault.ArtifactStatementInvalid, envelope: signed("text/plain", string(must(statement("x", 3).Payload())))},
		"a signed non-sense":   {want: fault.ArtifactStatementInvalid, envelope: signed(artifacts.PayloadType, "{}")},
		"another app":          {want: fault.ArtifactStatementMismatch, envelope: sign(func(s *artifacts.Statement) { s.App = "blog" }, signer)},
		"another kind":         {want: fault.ArtifactStatementMismatch, envelope: sign(func(s *artifacts.Statement) { s.Kind = artifacts.Page }, signer)},
		"another id":           {want: fault.ArtifactStatementMismatch, envelope: sign(func(s *artifacts.Statement) { s.ID = "other" }, signer)},
		"another digest":       {want: fault.ArtifactStatementMismatch, envelope: sign(func(s *artifacts.Statement) { s.Digest = artifacts.Digest(nil) }, signer)},
		"another size":         {want: fault.ArtifactStatementMismatch, envelope: sign(func(s *artifacts.Statement) { s.Size++ }, signer)},
		"another contract":     {want: fault.ArtifactStatementMismatch, envelope: sign(func(s *artifacts.Statement) { s.ContractDigest = artifacts.Digest(nil) }, signer)},
		"no contract":          {want: fault.ArtifactStatementMismatch, subject: func(s *artifacts.Subject) { s.ContractDigest = artifacts.Digest(nil) }},
		"another version":      {want: fault.ArtifactStatementMismatch, envelope: sign(func(s *artifacts.Statement) { s.Version = 4 }, signer)},
		"any version":          {subject: func(s *artifacts.Subject) { s.Version = 0 }},
		"an old version":       {want: fault.ArtifactVersionOld, subject: func(s *artifacts.Subject) { s.Newest = 4 }},
		"the newest version":   {subject: func(s *artifacts.Subject) { s.Newest = 3 }},
		"missing":              {want: fault.ArtifactUnavailable, subject: func(s *artifacts.Subject) { missing(s); s.Size = 1 }},
		"missing and old":      {want: fault.ArtifactVersionOld, subject: func(s *artifacts.Subject) { missing(s); s.Size, s.Newest = 1, 4 }},
		"missing and mismatch": {want: fault.ArtifactStatementMismatch, subject: missing},
		"all at once": {want: fault.ArtifactDigestMismatch, trust: trustOf(t), envelope: []byte("x"),
			subject: func(s *artifacts.Subject) { s.Content, s.App, s.Newest = nil, "blog", 9 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, trust, envelope := subject(), c.trust, c.envelope
			if c.subject != nil {
				c.subject(s)
			}
			if trust == nil {
				trust = entry(nil)
			}
			if envelope == nil {
				envelope = sign(nil, signer)
			}
			st, id, err := artifacts.Check(trust, s, envelope)
			wantCode(t, err, c.want)
			if (err == nil) != (st != nil) || err == nil && id != artifacts.KeyID(public(signer)) {
				t.Errorf("got %+v %q", st, id)
			}
		})
	}
}

func missing(s *artifacts.Subject) {
	s.Content, s.Missing = nil, fault.Wrap(fault.ArtifactUnavailable, errors.New("gone"), "gone")
}

// Whichever byte of an envelope is flipped, it does not count; or what was signed is the same.
func TestAFlippedByteOfAStatementIsFound(t *testing.T) {
	t.Parallel()
	e := must(artifacts.Sign(statement("x", 3), key(1)))
	trust := trustOf(t, artifacts.NewEntry(public(key(1))))
	raw := e.JSON()
	for i := range raw {
		flipped := append([]byte{}, raw...)
		flipped[i] ^= 1
		_, _, err := artifacts.Check(trust, subject(), flipped)
		switch code := fault.CodeOf(err); code {
		case fault.ArtifactUnsigned, fault.ArtifactKeyUnknown, fault.ArtifactSignatureInvalid, fault.ArtifactStatementInvalid:
		default:
			t.Errorf("byte %d: %s in %s", i, code, flipped)
		}
	}
}
