package artifacts_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/runtime/artifacts"
)

func TestThePublishedVectorHolds(t *testing.T) {
	t.Parallel()
	k := key(1)
	if got := artifacts.KeyID(public(k)); got != "34750f98bd59fcfc" {
		t.Errorf("the key id is %s", got)
	}
	e, err := artifacts.Sign(statement("", 3), k)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Payload) != 207 {
		t.Errorf("the payload has %d bytes: %s", len(e.Payload), e.Payload)
	}
	if got, want := encode(e.Signatures[0].Bytes), "LnQ+5NHqqS5ilEswnqNMiDBUs33KawmR3PT1LfoJ4NdTdn/FVmlNwIzAu7V0g05rq0KK9aH40MiUAi3PGyDxBA=="; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAnEnvelopeReadsBack(t *testing.T) {
	t.Parallel()
	e, err := artifacts.Sign(statement("x", 1), key(1))
	if err != nil {
		t.Fatal(err)
	}
	raw := e.JSON()
	back, err := artifacts.ParseEnvelope(raw)
	if err != nil || !reflect.DeepEqual(e, back) {
		t.Errorf("got %+v %v", back, err)
	}
	// Either alphabet of base64, and members of later versions.
	loose := strings.NewReplacer("+", "-", "/", "_").Replace(string(raw))
	loose = strings.ReplaceAll(loose, "application_vnd.mozaiks.artifact-json", artifacts.PayloadType)
	loose = `{"more": [1], ` + loose[1:]
	if back, err := artifacts.ParseEnvelope([]byte(loose)); err != nil || !reflect.DeepEqual(e, back) {
		t.Errorf("loose: %+v %v", back, err)
	}
}

func TestMalformedEnvelopesAreRefused(t *testing.T) {
	t.Parallel()
	many := make([]map[string]string, 9)
	nine, err := json.Marshal(map[string]any{"payload": "", "signatures": many})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"no JSON": "x", "a list": "[]", "a key twice": `{"payload": "", "payload": ""}`, "a number": `{"payload": 1}`,
		"no base64": `{"payload": "*"}`, "a cut signature": `{"payload": "", "signatures": [{"sig": "A"}]}`, "a line end": `{"payload": "AA\nAA"}`,
		"loose bits": `{"payload": "AB=="}`, "nine signatures": string(nine), "too large": `{"payload": "` + strings.Repeat("A", 64<<10) + `"}`} {
		if _, err := artifacts.ParseEnvelope([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestMalformedStatementsAreRefused(t *testing.T) {
	t.Parallel()
	sound, err := statement("x", 1).Payload()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := artifacts.ParseStatement(sound); err != nil {
		t.Fatal(err)
	}
	d := strings.Repeat("0", 64)
	for name, change := range map[string]map[string]any{"schema": {"schema_version": "mozaiks.artifact.v2"}, "no app": {"app_id": ""}, "app missing": {"app_id": nil},
		"a long id": {"artifact_id": strings.Repeat("x", 257)}, "no id": {"artifact_id": ""}, "kind": {"artifact_kind": "song"}, "version 0": {"version": 0},
		"a version of text": {"version": "1"}, "half a version": {"version": 1.5}, "digest": {"digest": "sha256:x"}, "digest in capitals": {"digest": "sha256:" + strings.Repeat("A", 64)},
		"another algorithm": {"digest": "sha512:" + d}, "size": {"size": -1}, "size missing": {"size": nil}, "contract": {"contract_digest": "x"},
		"a long build": {"build_id": strings.Repeat("x", 257)}, "parent": {"parent_version": -1}, "time": {"created_at": "yesterday"}, "unknown": {"more": 1},
		"in capitals": {"DIGEST": "sha256:" + d}, "NUL": {"build_id": "\x00"}} {
		var members map[string]any
		if err := json.Unmarshal(sound, &members); err != nil {
			t.Fatal(err)
		}
		for k, v := range change {
			members[k] = v
		}
		raw, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := artifacts.ParseStatement(raw); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestNoUnsoundStatementIsSigned(t *testing.T) {
	t.Parallel()
	s := statement("x", 0)
	if _, err := artifacts.Sign(s, key(1)); err == nil {
		t.Error("signed")
	}
}

// FuzzEnvelope: whatever stands in an envelope, it is refused or it is the one that was signed, and reading it does not panic.
func FuzzEnvelope(f *testing.F) {
	content := []byte("content")
	k := key(1)
	e, err := artifacts.Sign(statement(string(content), 1), k)
	if err != nil {
		f.Fatal(err)
	}
	sound := e.JSON()
	trust := trustOf(f, artifacts.NewEntry(k.Public().(ed25519.PublicKey)))
	f.Add(sound)
	f.Add(bytes.Replace(sound, []byte(artifacts.PayloadType), []byte("text/plain"), 1))
	f.Add([]byte(`{"payloadType":"","payload":"","signatures":[{"keyid":"34750f98bd59fcfc","sig":""}]}`))
	f.Add([]byte(`{"signatures":null}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		read, err := artifacts.ParseEnvelope(raw)
		if err == nil {
			back, err := artifacts.ParseEnvelope(read.JSON())
			if err != nil || !reflect.DeepEqual(read, back) {
				t.Errorf("%+v reads back as %+v: %v", read, back, err)
			}
		}
		s := &artifacts.Subject{App: "shop", Kind: artifacts.Module, ID: "tasks", Digest: artifacts.Digest(content), Content: content}
		if _, _, err := artifacts.Check(trust, s, raw); err != nil {
			return
		}
		if read == nil || read.Type != e.Type || !bytes.Equal(read.Payload, e.Payload) {
			t.Errorf("%s counts, and was never signed", raw)
		}
	})
}
