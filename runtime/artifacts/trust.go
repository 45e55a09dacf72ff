package artifacts

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// keyInfo sets the keys that sign artifacts apart from others made of the same keyring.
const keyInfo = "mozaiks artifact v1"

// trustAge is how long a trust file is believed before it is read again.
const trustAge = time.Minute

// Trust says whose statements count. It is safe for concurrent use.
type Trust struct {
	file string
	now  func() time.Time
	host ed25519.PrivateKey // signs; nil with a file

	mu     sync.Mutex
	keys   map[string]Key
	read   time.Time
	broken error
}

// Key is a key whose statements count.
type Key struct {
	Public              ed25519.PublicKey
	Apps, Kinds         []string  // * is all
	NotBefore, NotAfter time.Time // zero: no bound
	Revoked             bool
}

// HostTrust trusts what a host with the keyring has signed: it signs with the first of the keys, and any of them verifies.
func HostTrust(keyring ...[]byte) (*Trust, error) {
	t := &Trust{now: time.Now, keys: map[string]Key{}}
	for _, secret := range keyring {
		seed, err := hkdf.Key(sha256.New, secret, nil, keyInfo, ed25519.SeedSize)
		if err != nil {
			return nil, err
		}
		private := ed25519.NewKeyFromSeed(seed)
		if t.host == nil {
			t.host = private
		}
		public := private.Public().(ed25519.PublicKey)
		t.keys[KeyID(public)] = Key{Public: public, Apps: []string{"*"}, Kinds: []string{"*"}}
	}
	if t.host == nil {
		return nil, errors.New("the keyring is empty")
	}
	return t, nil
}

// FileTrust trusts the keys of a file alone, which is read again each minute. While it cannot be read nobody is trusted. now may be nil.
func FileTrust(path string, now func() time.Time) *Trust {
	if now == nil {
		now = time.Now
	}
	return &Trust{file: path, now: now}
}

// Signs tells whether this host signs what it promotes. If not, uploads bring their statements.
func (t *Trust) Signs() bool { return t.host != nil }

// sign makes the envelope of a statement in the host's name.
func (t *Trust) sign(s *Statement) (*Envelope, error) {
	if t.host == nil {
		return nil, fault.New(fault.ArtifactUnsigned, "the artifact has no signed statement").WithHint("sign it with `mozaiks artifact sign`")
	}
	return Sign(s, t.host)
}

// Err tells why nobody is trusted, where the file cannot be read.
func (t *Trust) Err() error {
	_, err := t.current()
	return err
}

// current answers the keys, read again if they are old.
func (t *Trust) current() (map[string]Key, error) {
	if t.file == "" {
		return t.keys, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := t.now(); t.read.IsZero() || now.Sub(t.read) >= trustAge || now.Before(t.read) {
		t.keys, t.broken = readTrust(t.file)
		t.read = now
	}
	return t.keys, t.broken
}

// key answers the public key of an id, if it counts for the app and the kind now. The error is a *fault.Error.
func (t *Trust) key(id, app string, kind Kind) (ed25519.PublicKey, error) {
	keys, err := t.current()
	now := t.now()
	k, known := keys[id]
	switch {
	case err != nil:
		return nil, fault.Wrap(fault.ArtifactKeyUnknown, err, "nobody is trusted: the trust file cannot be read")
	case !known:
		return nil, fault.New(fault.ArtifactKeyUnknown, "the key that signed is not known")
	case !covers(k.Apps, app) || !covers(k.Kinds, string(kind)):
		return nil, fault.New(fault.ArtifactKeyUnknown, "the key that signed is not for this app and kind")
	case now.Before(k.NotBefore) || !k.NotAfter.IsZero() && now.After(k.NotAfter):
		return nil, fault.New(fault.ArtifactKeyUnknown, "the key that signed is not for this time")
	case k.Revoked:
		return nil, fault.New(fault.ArtifactKeyRevoked, "the key that signed was revoked")
	}
	return k.Public, nil
}

func covers(list []string, name string) bool {
	return slices.Contains(list, "*") || slices.Contains(list, name)
}
