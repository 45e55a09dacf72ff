package artifacts_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/artifacts"
)

const mib = 1 << 20

// pattern is content whose chunks differ.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i >> 16)
	}
	return b
}

func (b *bundle) cached(digest string) string {
	return filepath.Join(b.cache, strings.TrimPrefix(digest, "sha256:"))
}

func TestContentComesBackWhateverItsSize(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		for size, chunks := range map[int]int64{0: 0, 1: 1, mib - 1: 1, mib: 1, mib + 1: 2, 3*mib + 7: 4} {
			want := pattern(size)
			digest := must(b.keys.Put(t.Context(), want))
			if got, err := b.bare.Get(t.Context(), digest); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes come back as %d: %v", size, len(got), err)
			}
			if got := b.count(`SELECT count(*) FROM mz_artifact_chunks WHERE digest = ?`, digest); got != chunks {
				t.Errorf("%d bytes lie in %d chunks, want %d", size, got, chunks)
			}
		}
	})
}

func TestPuttingTwiceIsPuttingOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if _, err := b.keys.Put(context.Background(), pattern(2*mib)); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if a, c := b.count(`SELECT count(*) FROM mz_artifacts`), b.count(`SELECT count(*) FROM mz_artifact_chunks`); a != 1 || c != 2 {
			t.Errorf("%d artifacts, %d chunks", a, c)
		}
	})
}

func TestWhatIsNotThereIsUnavailable(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		for _, digest := range []string{artifacts.Digest([]byte("x")), "", "sha256:", "../../etc/passwd", "sha256:" + strings.Repeat("/", 64)} {
			_, err := b.keys.Get(t.Context(), digest)
			wantCode(t, err, fault.ArtifactUnavailable)
		}
		b.store.Close()
		_, err := b.keys.Get(t.Context(), artifacts.Digest([]byte("x")))
		wantCode(t, err, fault.ArtifactUnavailable)
	})
}

func TestABadCachedCopyIsFetchedAnew(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		digest := must(b.keys.Put(t.Context(), []byte("content")))
		get := func() {
			t.Helper()
			if got, err := b.keys.Get(t.Context(), digest); err != nil || string(got) != "content" {
				t.Errorf("got %q %v", got, err)
			}
			if got, err := os.ReadFile(b.cached(digest)); err != nil || string(got) != "content" {
				t.Errorf("the cache has %q %v", got, err)
			}
		}
		get()
		for _, bad := range []string{"Content", "", "content and more"} {
			if err := os.WriteFile(b.cached(digest), []byte(bad), 0o600); err != nil {
				t.Fatal(err)
			}
			get()
		}
	})
}

func TestACacheThatCannotBeWrittenFailsNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		digest := must(b.keys.Put(t.Context(), []byte("content")))
		if err := os.WriteFile(b.cache, nil, 0o600); err != nil { // a file stands in its place
			t.Fatal(err)
		}
		if got, err := b.keys.Get(t.Context(), digest); err != nil || string(got) != "content" {
			t.Errorf("got %q %v", got, err)
		}
	})
}

func TestABadStoredCopyIsCorruptAndAnUploadMendsIt(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		content := pattern(2*mib + 1)
		flipped := bytes.Clone(content[mib : 2*mib])
		flipped[5] ^= 1
		digest := must(b.keys.Put(t.Context(), content))
		for name, damage := range map[string]func(){
			"a flipped byte": func() {
				b.exec(`UPDATE mz_artifact_chunks SET content = ? WHERE digest = ? AND position = 1`, flipped, digest)
			},
			"a lost chunk": func() {
				b.exec(`DELETE FROM mz_artifact_chunks WHERE digest = ? AND position = 1`, digest)
			},
			"an empty chunk": func() {
				b.exec(`UPDATE mz_artifact_chunks SET content = ? WHERE digest = ? AND position = 1`, []byte{}, digest)
			},
			"a smaller size": func() { b.exec(`UPDATE mz_artifacts SET size = 1 WHERE digest = ?`, digest) },
			"a larger size":  func() { b.exec(`UPDATE mz_artifacts SET size = 9000000000000000 WHERE digest = ?`, digest) },
		} {
			damage()
			_, err := b.keys.Get(t.Context(), digest)
			if fault.CodeOf(err) != fault.BundleCorrupt {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := os.Stat(b.cached(digest)); err == nil {
				t.Errorf("%s: cached", name)
			}
			must(b.keys.Put(t.Context(), content))
			if got, err := b.bare.Get(t.Context(), digest); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%s, mended: %v", name, err)
			}
		}
	})
}

func TestGarbageIsWhatNobodyNames(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		put := func(content string) string { return must(b.keys.Put(t.Context(), []byte(content))) }
		held, revoked := b.stage("held", 1).Digest, b.stage("revoked", 2)
		must(b.keys.Revoke(t.Context(), revoked.RecordID))
		named, lost, again := put("named"), put("lost"), put("again")
		for _, digest := range []string{held, revoked.Digest, named, lost, again} {
			must(b.keys.Get(t.Context(), digest)) // and into the cache
		}
		b.clock.pass(time.Hour)
		before := b.clock.now()
		b.clock.pass(time.Minute)
		young := put("young")
		put("again")
		if n, err := b.keys.Garbage(t.Context(), []string{named}, before); err != nil || n != 2 {
			t.Errorf("%d deleted, %v", n, err)
		}
		for name, c := range map[string]struct {
			digest string
			stays  bool
		}{"held": {held, true}, "revoked": {revoked.Digest, false}, "named": {named, true}, "lost": {lost, false}, "again": {again, true}, "young": {young, true}} {
			if _, err := b.keys.Get(t.Context(), c.digest); (err == nil) != c.stays {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := b.count(`SELECT count(*) FROM mz_artifact_chunks WHERE digest = ?`, lost); n != 0 {
			t.Errorf("%d chunks are left", n)
		}
		if r, err := b.keys.Find(t.Context(), revoked.RecordID); err != nil || r.State != artifacts.Revoked {
			t.Errorf("the version is gone: %v", err)
		}
	})
}

func TestGarbageRemovesWhatAWriterLeftUnfinished(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		b.stage("x", 1)
		must(b.keys.Get(t.Context(), artifacts.Digest([]byte("x"))))
		left := filepath.Join(b.cache, ".new-1")
		if err := os.WriteFile(left, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		b.clock.pass(100 * 365 * 24 * time.Hour)
		must(b.keys.Garbage(t.Context(), nil, b.clock.now()))
		if _, err := os.Stat(left); err == nil {
			t.Error("it is there")
		}
		if _, err := os.Stat(b.cached(artifacts.Digest([]byte("x")))); err != nil {
			t.Error(err)
		}
	})
}
