package artifacts_test

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/artifacts"
)

func itoa(n int) string { return strconv.Itoa(n) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestTheTrustFileIsReadAgainAfterAMinute(t *testing.T) {
	t.Parallel()
	b := &bundle{t: t, clock: &clock{at: time.Now()}, trustPath: t.TempDir() + "/trust.json", signer: key(1)}
	b.trusts(b.entry())
	trust := artifacts.FileTrust(b.trustPath, b.clock.now)
	envelope := b.sign(statement("x", 3), b.signer)
	check := func(want fault.Code) {
		t.Helper()
		_, _, err := artifacts.Check(trust, subject(), envelope)
		wantCode(t, err, want)
	}
	check("")
	revoked := b.entry()
	revoked.Revoked = true
	b.trusts(revoked)
	b.clock.pass(59 * time.Second)
	check("")
	b.clock.pass(time.Second)
	check(fault.ArtifactKeyRevoked)
	b.trusts(b.entry())
	b.clock.pass(time.Minute)
	check("")
	if err := os.Remove(b.trustPath); err != nil {
		t.Fatal(err)
	}
	b.clock.pass(time.Minute)
	check(fault.ArtifactKeyUnknown)
	if trust.Err() == nil {
		t.Error("it does not say why")
	}
}

func TestAnUnreadableFileTrustsNobody(t *testing.T) {
	t.Parallel()
	b := &bundle{t: t, clock: &clock{at: time.Now()}, trustPath: t.TempDir() + "/trust.json", signer: key(1)}
	e := b.entry()
	entry := `{"key_id": "` + e.KeyID + `", "public_key": "` + e.PublicKey + `", "apps": ["*"], "kinds": ["*"]`
	envelope := b.sign(statement("x", 3), b.signer)
	for name, c := range map[string]struct {
		text string
		want fault.Code
	}{
		"sound":           {`{"keys": [` + entry + `}]}`, ""},
		"empty":           {``, fault.ArtifactKeyUnknown},
		"no keys":         {`{}`, fault.ArtifactKeyUnknown},
		"unknown member":  {`{"keys": [` + entry + `, "revoke": true}]}`, fault.ArtifactKeyUnknown},
		"capitals":        {`{"keys": [` + entry + `, "Revoked": true}]}`, fault.ArtifactKeyUnknown},
		"twice":           {`{"keys": [` + entry + `}, ` + entry + `}]}`, fault.ArtifactKeyUnknown},
		"a member twice":  {`{"keys": [` + entry + `, "revoked": true, "revoked": false}]}`, fault.ArtifactKeyUnknown},
		"another id":      {strings.Replace(`{"keys": [`+entry+`}]}`, e.KeyID, "0000000000000000", 1), fault.ArtifactKeyUnknown},
		"a short key":     {strings.Replace(`{"keys": [`+entry+`}]}`, e.PublicKey, "AAAA", 1), fault.ArtifactKeyUnknown},
		"a bad time":      {`{"keys": [` + entry + `, "not_after": "soon"}]}`, fault.ArtifactKeyUnknown},
		"a bad neighbour": {`{"keys": [` + entry + `}, {}]}`, fault.ArtifactKeyUnknown},
		"too large":       {`{"keys": [` + entry + `}]}` + strings.Repeat(" ", 1<<20), fault.ArtifactKeyUnknown},
	} {
		b.writeTrust(c.text)
		_, _, err := artifacts.Check(artifacts.FileTrust(b.trustPath, nil), subject(), envelope)
		if fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnyKeyOfTheKeyringVerifies(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		r := must(b.host.Stage(t.Context(), &artifacts.Upload{App: "shop", Kind: artifacts.Module, ID: "tasks", Content: []byte("x")}))
		old, young := bytes.Repeat([]byte{7}, 32), bytes.Repeat([]byte{8}, 32)
		for name, c := range map[string]struct {
			keys [][]byte
			want fault.Code
		}{"rotated": {[][]byte{young, old}, ""}, "removed": {[][]byte{young}, fault.ArtifactKeyUnknown}} {
			store := artifacts.New(b.store, must(artifacts.HostTrust(c.keys...)), nil)
			if _, _, err := store.Load(t.Context(), ref(r.Version)); fault.CodeOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestNoKeyringNoTrust(t *testing.T) {
	t.Parallel()
	if _, err := artifacts.HostTrust(); err == nil {
		t.Error("an empty keyring is accepted")
	}
}
