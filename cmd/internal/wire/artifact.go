package wire

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mozaiks/mozaiks/runtime/artifacts"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
)

// What commands know of artifacts.
type (
	// ArtifactRecord is one version.
	ArtifactRecord = artifacts.Record
	// ArtifactFilter chooses versions.
	ArtifactFilter = artifacts.Filter
	// ArtifactKind says what an artifact is.
	ArtifactKind = artifacts.Kind
	// ArtifactState says where a version is in its life.
	ArtifactState = artifacts.State
	// ArtifactStatement is what a signature says of a version.
	ArtifactStatement = artifacts.Statement
	// ArtifactKey is a key as a trust file has it.
	ArtifactKey = artifacts.Entry
)

// ArtifactTrust is whose statements count: host, for those that the keyring's keys have signed, or the path of a trust file.
func ArtifactTrust(setting, keyring, dataDir string) (*artifacts.Trust, error) {
	if setting != "host" {
		return artifacts.FileTrust(setting, nil), nil
	}
	if keyring == "" {
		keyring = filepath.Join(dataDir, "keyring")
	}
	raw, err := readSecret(keyring)
	if err != nil {
		return nil, err
	}
	var keys [][]byte
	for line := range strings.Lines(string(bytes.TrimSpace(raw))) {
		name, encoded, ok := strings.Cut(strings.TrimSpace(line), ":")
		key, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || name == "" || err != nil || len(key) != 32 {
			return nil, fmt.Errorf("the keyring %s is not made of lines id:base64(32 bytes)", keyring)
		}
		keys = append(keys, key)
	}
	return artifacts.HostTrust(keys...)
}

// readSecret reads a file that its owner alone may read.
func readSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others; chmod 600 it", path)
	}
	return os.ReadFile(path)
}

// NewArtifactKey writes a new private key to a file that is not there yet, and answers its entry for a trust file.
func NewArtifactKey(path string) (ArtifactKey, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return ArtifactKey{}, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return ArtifactKey{}, err
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(private.Seed()) + "\n")
	if end := f.Close(); err == nil {
		err = end
	}
	return artifacts.NewEntry(public), err
}

// SignArtifact signs what a statement says of content with the private key in a file. Digest and size are the content's, and the time is
// now unless it is given.
func SignArtifact(keyPath string, content []byte, s ArtifactStatement) ([]byte, error) {
	raw, err := readSecret(keyPath)
	if err != nil {
		return nil, err
	}
	seed, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(raw)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s is not base64 of 32 bytes", keyPath)
	}
	s.SchemaVersion, s.Digest, s.Size = artifacts.Schema, artifacts.Digest(content), int64(len(content))
	if s.CreatedAt == "" {
		s.CreatedAt = id.FormatTime(time.Now())
	}
	e, err := artifacts.Sign(&s, ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return nil, err
	}
	return append(e.JSON(), '\n'), nil
}

// VerifyArtifact makes the checks that a node makes before it compiles. What the caller does not say of the artifact is what the
// statement says.
func VerifyArtifact(trust *artifacts.Trust, content, envelope []byte, said ArtifactStatement) (*ArtifactStatement, string, error) {
	if e, err := artifacts.ParseEnvelope(envelope); err == nil {
		if s, err := artifacts.ParseStatement(e.Payload); err == nil {
			fill(&said, s)
		}
	}
	return artifacts.Check(trust, &artifacts.Subject{App: said.App, Kind: said.Kind, ID: said.ID, Version: said.Version,
		Digest: artifacts.Digest(content), ContractDigest: said.ContractDigest, Content: content}, envelope)
}

func fill(said, s *ArtifactStatement) {
	for to, from := range map[*string]string{&said.App: s.App, (*string)(&said.Kind): string(s.Kind), &said.ID: s.ID, &said.ContractDigest: s.ContractDigest} {
		if *to == "" {
			*to = from
		}
	}
}

// ListArtifacts reads versions from the store, also beside a running host.
func ListArtifacts(ctx context.Context, cfg *Config, f ArtifactFilter) (items []*ArtifactRecord, err error) {
	err = withArtifacts(ctx, cfg, true, func(s *artifacts.Store) error {
		items, err = s.List(ctx, f)
		return err
	})
	return items, err
}

// ShowArtifact reads one version, also beside a running host.
func ShowArtifact(ctx context.Context, cfg *Config, recordID string) (r *ArtifactRecord, err error) {
	err = withArtifacts(ctx, cfg, true, func(s *artifacts.Store) error {
		r, err = s.Find(ctx, recordID)
		return err
	})
	return r, err
}

// RevokeArtifact stops a version from being loaded, for good.
func RevokeArtifact(ctx context.Context, cfg *Config, recordID string) (r *ArtifactRecord, err error) {
	err = withArtifacts(ctx, cfg, false, func(s *artifacts.Store) error {
		r, err = s.Revoke(ctx, recordID)
		return err
	})
	return r, err
}

func withArtifacts(ctx context.Context, cfg *Config, reads bool, fn func(*artifacts.Store) error) (err error) {
	var db driver.Driver
	if reads && cfg.DatabaseURL == "" {
		db, err = sqlite.OpenReader(ctx, cfg.DataDir)
	} else {
		db, err = cfg.openStore(ctx)
	}
	if err != nil {
		return err
	}
	store := persistence.New(db, nil)
	defer store.Close()
	return fn(artifacts.New(store, nil, nil)) // nothing is loaded, so nobody needs to be trusted
}
