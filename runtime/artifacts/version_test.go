package artifacts_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/artifacts"
)

func TestARecordHasWhatWasSaidOfIt(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		s := statement("x", 3)
		s.BuildID, s.ParentVersion, s.CreatedAt, s.ContractDigest = "b-118", 2, "2026-01-02T03:04:05.678Z", artifacts.Digest([]byte("contract"))
		u := b.upload("x", 3)
		u.Envelope, u.ContractDigest = b.sign(s, b.signer), s.ContractDigest
		u.ParentBuildID, u.Tags, u.Extra = "b-117", []string{"release", "é"}, map[string]any{"n": int64(1)}
		r := must(b.keys.Stage(t.Context(), u))
		found := must(b.keys.Find(t.Context(), r.RecordID))
		want := `{"record_id":"` + r.RecordID + `","app_id":"shop","artifact_kind":"module","artifact_id":"tasks","version":3,"digest":"` + s.Digest +
			`","size":1,"contract_digest":"` + s.ContractDigest + `","build_id":"b-118","parent_version":2,"parent_build_id":"b-117","promoted_by":"ann",` +
			`"created_at":"2026-01-02T03:04:05.678Z","tags":["release","é"],"extra":{"n":1},"state":"staged","key_id":"34750f98bd59fcfc","promoted_at":"",` +
			`"rolled_back_from":0,"envelope":` + string(must(json.Marshal(string(u.Envelope)))) + `}`
		for name, r := range map[string]*artifacts.Record{"staged": r, "found": found} {
			if got := must(json.Marshal(r)); string(got) != want {
				t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
			}
		}
		if _, content, err := b.keys.Load(t.Context(), ref(3)); err != nil || string(content) != "x" {
			t.Errorf("loaded %q %v", content, err)
		}
	})
}

func TestRecordsHaveTheirLimits(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		for name, c := range map[string]struct {
			change func(*artifacts.Upload)
			want   fault.Code
		}{
			"16 KiB":      {func(u *artifacts.Upload) { u.Extra = map[string]any{"a": strings.Repeat("x", 16<<10-8)} }, ""},
			"a byte more": {func(u *artifacts.Upload) { u.Extra = map[string]any{"a": strings.Repeat("x", 16<<10-7)} }, fault.InvalidParams},
			"NUL":         {func(u *artifacts.Upload) { u.Extra = map[string]any{"a": "\x00"} }, fault.InvalidParams},
			"NUL in tags": {func(u *artifacts.Upload) { u.Tags = []string{"\x00"} }, fault.InvalidParams},
			"a long tag":  {func(u *artifacts.Upload) { u.Tags = []string{strings.Repeat("x", 257)} }, fault.InvalidParams},
			"many tags":   {func(u *artifacts.Upload) { u.Tags = make([]string, 65) }, fault.InvalidParams},
			"a long name": {func(u *artifacts.Upload) { u.By = strings.Repeat("x", 257) }, fault.InvalidParams},
		} {
			u := b.upload("x", 1)
			c.change(u)
			if _, err := b.keys.Stage(t.Context(), u); fault.CodeOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// What is refused leaves nothing behind, and what is promoted keeps serving.
func TestARefusedUploadChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.mustPromote(b.stage("good", 2))
		changed := func(change func(*artifacts.Upload)) *artifacts.Upload {
			u := b.upload("bad", 3)
			change(u)
			return u
		}
		foreign := statement("bad", 3)
		foreign.App = "blog"
		for want, u := range map[fault.Code]*artifacts.Upload{
			fault.ArtifactDigestMismatch:    changed(func(u *artifacts.Upload) { u.Digest = artifacts.Digest(nil) }),
			fault.ArtifactUnsigned:          changed(func(u *artifacts.Upload) { u.Envelope = nil }),
			fault.ArtifactKeyUnknown:        changed(func(u *artifacts.Upload) { u.Envelope = b.sign(statement("bad", 3), b.other) }),
			fault.ArtifactStatementInvalid:  changed(func(u *artifacts.Upload) { u.Envelope = u.Envelope[1:] }),
			fault.ArtifactStatementMismatch: changed(func(u *artifacts.Upload) { u.Envelope = b.sign(foreign, b.signer) }),
			fault.ArtifactVersionOld:        changed(func(u *artifacts.Upload) { u.Envelope = b.sign(statement("bad", 1), b.signer) }),
			fault.ArtifactVersionConflict:   changed(func(u *artifacts.Upload) { u.Envelope = b.sign(statement("bad", 2), b.signer) }),
			fault.ArtifactSignatureInvalid: changed(func(u *artifacts.Upload) {
				e := must(artifacts.ParseEnvelope(u.Envelope))
				e.Payload[20] ^= 1
				u.Envelope = e.JSON()
			}),
		} {
			_, err := b.keys.Stage(t.Context(), u)
			wantCode(t, err, want)
		}
		revoked := b.entry()
		revoked.Revoked = true
		b.trusts(revoked)
		b.clock.pass(time.Minute)
		_, err := b.keys.Stage(t.Context(), b.upload("bad", 3))
		wantCode(t, err, fault.ArtifactKeyRevoked)
		b.trusts(b.entry())
		b.clock.pass(time.Minute)
		if n := b.count(`SELECT count(*) FROM mz_artifacts`) + b.count(`SELECT count(*) FROM mz_artifact_versions`); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
		if _, content, err := b.keys.Load(t.Context(), ref(2)); err != nil || string(content) != "good" {
			t.Errorf("loaded %q %v", content, err)
		}
	})
}

// Before a node compiles, everything is checked again, against a store that somebody else may have written to.
func TestWhatChangedInTheStoreIsNotLoaded(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.stage("one", 1)
		must(b.keys.Put(t.Context(), []byte("evil")))
		set := func(column string, value any) {
			b.exec(`UPDATE mz_artifact_versions SET `+column+` = ? WHERE artifact_id = 'tasks' AND version = 1`, value)
		}
		good := string(b.upload("one", 1).Envelope)
		for name, c := range map[string]struct {
			column      string
			value, back any
			want        fault.Code
		}{
			"another's content": {"digest", artifacts.Digest([]byte("evil")), artifacts.Digest([]byte("one")), fault.ArtifactStatementMismatch},
			"content not there": {"digest", artifacts.Digest([]byte("gone")), artifacts.Digest([]byte("one")), fault.ArtifactStatementMismatch},
			"no statement":      {"envelope", "", good, fault.ArtifactUnsigned},
			"another signer":    {"envelope", string(b.sign(statement("one", 1), b.other)), good, fault.ArtifactKeyUnknown},
			"a flipped byte":    {"envelope", strings.Replace(good, `"payload":"ey`, `"payload":"fy`, 1), good, fault.ArtifactSignatureInvalid},
			"another version":   {"envelope", string(b.sign(statement("one", 2), b.signer)), good, fault.ArtifactStatementMismatch},
			"another contract":  {"contract_digest", artifacts.Digest(nil), "", fault.ArtifactStatementMismatch},
		} {
			set(c.column, c.value)
			if _, _, err := b.keys.Load(t.Context(), ref(1)); fault.CodeOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
			set(c.column, c.back)
		}
		// The row of a sound version given to another app.
		b.exec(`UPDATE mz_artifact_versions SET app = 'blog'`)
		_, _, err := b.keys.Load(t.Context(), artifacts.Ref{App: "blog", Kind: artifacts.Module, ID: "tasks", Version: 1})
		wantCode(t, err, fault.ArtifactStatementMismatch)
		_, _, err = b.keys.Load(t.Context(), ref(1))
		wantCode(t, err, fault.ArtifactUnavailable)
		b.exec(`UPDATE mz_artifact_versions SET app = 'shop'`)
		if _, content, err := b.keys.Load(t.Context(), ref(1)); err != nil || string(content) != "one" {
			t.Errorf("put back: %q %v", content, err)
		}
		if err := os.WriteFile(b.cached(artifacts.Digest([]byte("one"))), []byte("evil"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, content, err := b.keys.Load(t.Context(), ref(1)); err != nil || string(content) != "one" {
			t.Errorf("with a bad cached copy: %q %v", content, err)
		}
		b.exec(`UPDATE mz_artifact_chunks SET content = ? WHERE digest = ?`, []byte("onE"), artifacts.Digest([]byte("one")))
		_, _, err = b.bare.Load(t.Context(), ref(1))
		wantCode(t, err, fault.BundleCorrupt)
		b.exec(`DELETE FROM mz_artifacts WHERE digest = ?`, artifacts.Digest([]byte("one")))
		_, _, err = b.bare.Load(t.Context(), ref(1))
		wantCode(t, err, fault.ArtifactUnavailable)
	})
}

func TestARevokedKeyStopsNewLoads(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.mustPromote(b.stage("x", 1))
		load := func() error {
			_, _, err := b.keys.Load(t.Context(), ref(1))
			return err
		}
		wantCode(t, load(), "")
		revoked := b.entry()
		revoked.Revoked = true
		b.trusts(revoked)
		wantCode(t, load(), "") // for less than a minute
		b.clock.pass(time.Minute)
		wantCode(t, load(), fault.ArtifactKeyRevoked)
		b.trusts()
		b.clock.pass(time.Minute)
		wantCode(t, load(), fault.ArtifactKeyUnknown)
	})
}

func TestARevokedVersionIsNotLoadedNorPromoted(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		r := b.stage("x", 1)
		if got := must(b.keys.Revoke(t.Context(), r.RecordID)); got.State != artifacts.Revoked {
			t.Errorf("it is %s", got.State)
		}
		_, _, err := b.keys.Load(t.Context(), ref(1))
		wantCode(t, err, fault.ArtifactUnavailable)
		_, err = b.promote(r, true)
		wantCode(t, err, fault.ArtifactUnavailable)
		if got := b.stage("x", 1); got.State != artifacts.Revoked || got.RecordID != r.RecordID {
			t.Errorf("staged again it is %+v", got)
		}
		_, err = b.keys.Revoke(t.Context(), "art_none")
		wantCode(t, err, fault.ArtifactUnavailable)
		_, err = b.keys.Find(t.Context(), "art_none")
		wantCode(t, err, fault.ArtifactUnavailable)
	})
}

func TestTheSameVersionAgainChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		first := b.stage("x", 1)
		b.mustPromote(b.stage("y", 2))
		if again := b.stage("x", 1); again.RecordID != first.RecordID || again.CreatedAt != first.CreatedAt {
			t.Errorf("got %+v, want %+v", again, first)
		}
		if n := b.count(`SELECT count(*) FROM mz_artifact_versions`); n != 2 {
			t.Errorf("%d records", n)
		}
	})
}

func TestOneOfManyTakesAVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		const many = 12
		uploads := make([]*artifacts.Upload, many)
		for i := range uploads {
			uploads[i] = b.upload(fmt.Sprint("content ", i/2), 1)
		}
		records, errs := b.race(uploads, b.keys)
		taken := map[string]int{}
		for i, r := range records {
			if errs[i] == nil {
				taken[r.RecordID]++
				continue
			}
			wantCode(t, errs[i], fault.ArtifactVersionConflict)
		}
		if len(taken) != 1 || b.count(`SELECT count(*) FROM mz_artifact_versions`) != 1 {
			t.Errorf("taken by %v", taken)
		}
		for _, n := range taken {
			if n != 2 {
				t.Errorf("the same upload worked %d times, want 2", n)
			}
		}
	})
}

func TestTheHostGivesTheNextNumber(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		const many = 12
		uploads := make([]*artifacts.Upload, many)
		for i := range uploads {
			uploads[i] = &artifacts.Upload{App: "shop", Kind: artifacts.Module, ID: "tasks", Content: []byte(fmt.Sprint(i)), BuildID: "b", ParentVersion: 1}
		}
		records, errs := b.race(uploads, b.host)
		seen := map[int64]bool{}
		for i, r := range records {
			if errs[i] != nil {
				t.Fatal(errs[i])
			}
			if r.Version < 1 || r.Version > many || seen[r.Version] {
				t.Errorf("version %d", r.Version)
			}
			seen[r.Version] = true
			if _, content, err := b.host.Load(t.Context(), ref(r.Version)); err != nil || string(content) != fmt.Sprint(i) {
				t.Errorf("version %d: %q %v", r.Version, content, err)
			}
		}
		_, err := b.host.Stage(t.Context(), &artifacts.Upload{App: "shop", Kind: artifacts.Module, ID: "tasks", Content: []byte("x"), Digest: artifacts.Digest(nil)})
		wantCode(t, err, fault.ArtifactDigestMismatch)
		_, err = b.host.Stage(t.Context(), &artifacts.Upload{App: "shop", Kind: "song", ID: "tasks"})
		wantCode(t, err, fault.ArtifactStatementInvalid)
		_, err = b.host.Stage(t.Context(), b.upload("x", 99))
		wantCode(t, err, fault.ArtifactKeyUnknown)
	})
}

func (b *bundle) race(uploads []*artifacts.Upload, store *artifacts.Store) ([]*artifacts.Record, []error) {
	records, errs := make([]*artifacts.Record, len(uploads)), make([]error, len(uploads))
	var group sync.WaitGroup
	for i, u := range uploads {
		group.Go(func() { records[i], errs[i] = store.Stage(context.Background(), u) })
	}
	group.Wait()
	return records, errs
}

func TestOneVersionIsPromotedAndARollbackIsRecorded(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		one, two, three := b.stage("1", 1), b.stage("2", 2), b.stage("3", 3)
		states := func(want ...artifacts.State) {
			t.Helper()
			for i, r := range []*artifacts.Record{one, two, three} {
				if got := must(b.keys.Find(t.Context(), r.RecordID)).State; got != want[i] {
					t.Errorf("version %d is %s, want %s", r.Version, got, want[i])
				}
			}
		}
		b.mustPromote(one)
		b.mustPromote(three)
		states(artifacts.Retired, artifacts.Staged, artifacts.Promoted)
		_, err := b.promote(one, false)
		wantCode(t, err, fault.ArtifactVersionOld)
		_, err = b.promote(two, false)
		wantCode(t, err, fault.ArtifactVersionOld)
		_, _, err = b.keys.Load(t.Context(), ref(2)) // it never held, and is lower than what did
		wantCode(t, err, fault.ArtifactVersionOld)
		back, err := b.promote(one, true)
		if err != nil || back.RolledBackFrom != 3 || back.PromotedBy != "bob" || back.State != artifacts.Promoted {
			t.Errorf("rolled back: %+v %v", back, err)
		}
		states(artifacts.Promoted, artifacts.Staged, artifacts.Retired)
		for _, version := range []int64{1, 3} {
			if _, _, err := b.keys.Load(t.Context(), ref(version)); err != nil {
				t.Errorf("version %d: %v", version, err)
			}
		}
		if again, err := b.promote(one, true); err != nil || again.RolledBackFrom != 3 {
			t.Errorf("again: %+v %v", again, err)
		}
		if forth, err := b.promote(three, false); err != nil || forth.RolledBackFrom != 0 {
			t.Errorf("forth: %+v %v", forth, err)
		}
	})
}

func TestVersionsAreListedNewestFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		for v := int64(1); v <= 3; v++ {
			b.stage(fmt.Sprint(v), v)
			b.clock.pass(time.Second)
		}
		must(b.host.Stage(t.Context(), &artifacts.Upload{App: "blog", Kind: artifacts.Page, ID: "home", Content: []byte("x")}))
		for name, c := range map[string]struct {
			filter artifacts.Filter
			want   string
		}{
			"all":         {artifacts.Filter{}, "home1 tasks3 tasks2 tasks1"},
			"of an app":   {artifacts.Filter{App: "shop"}, "tasks3 tasks2 tasks1"},
			"of a kind":   {artifacts.Filter{Kind: artifacts.Page}, "home1"},
			"of an id":    {artifacts.Filter{ID: "tasks", Limit: 2}, "tasks3 tasks2"},
			"of a state":  {artifacts.Filter{State: artifacts.Promoted}, ""},
			"of no app":   {artifacts.Filter{App: "none"}, ""},
			"of an app 2": {artifacts.Filter{App: "blog", State: artifacts.Staged}, "home1"},
		} {
			var got []string
			for _, r := range must(b.keys.List(t.Context(), c.filter)) {
				got = append(got, fmt.Sprint(r.ID, r.Version))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s: %v, want %s", name, got, c.want)
			}
		}
	})
}

func TestALostStoreIsToldFromAMissingVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.store.Close()
		_, err := b.keys.List(t.Context(), artifacts.Filter{})
		wantCode(t, err, fault.StoreUnavailable)
		_, err = b.keys.Stage(t.Context(), b.upload("x", 1))
		wantCode(t, err, fault.StoreUnavailable)
		_, _, err = b.keys.Load(t.Context(), ref(1))
		wantCode(t, err, fault.ArtifactUnavailable)
	})
}
