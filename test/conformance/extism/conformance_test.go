package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// makers are the hosts that are held against the SDK.
var makers = []struct {
	name string
	make maker
}{
	{"kernel", newRaw},
	{"kernel without front", newFrontless},
}

func TestPluginsOfTheSDKAreSeenAlike(t *testing.T) {
	cache, shipped := t.TempDir(), shippedPlugins(t)
	for _, c := range shippedCases {
		t.Run(c.name, func(t *testing.T) { c.compare(t, cache, shipped[c.file]) })
	}
}

// TestEveryPluginOfTheSDKIsRunOrLeftOut sees that none is forgotten when the SDK is updated.
func TestEveryPluginOfTheSDKIsRunOrLeftOut(t *testing.T) {
	used := map[string]bool{}
	for _, c := range shippedCases {
		used[c.file] = true
	}
	for file := range shippedPlugins(t) {
		if reason, left := leftOut[file]; left == used[file] {
			t.Errorf("%s: run: %v, left out: %q; it must be one of both", file, used[file], reason)
		}
	}
}

// compare makes the case's calls by each host, and sees that all records are those of the SDK.
func (c *pluginCase) compare(t *testing.T, cache string, binary []byte) {
	t.Helper()
	if len(binary) == 0 {
		t.Fatalf("there is no plug-in %s", c.file)
	}
	same := cmp.Options{cmpopts.EquateEmpty()}
	if c.addresses {
		same = append(same, cmp.Transformer("withoutAddresses", withoutAddresses))
	}
	p := c.plugin(t, cache, binary)
	want := c.run(t, newReference, p)
	for _, m := range makers {
		got := c.run(t, m.make, p)
		if diff := cmp.Diff(want, got, same); diff != "" {
			t.Errorf("%s differs from the SDK (-SDK +%s):\n%s", m.name, m.name, diff)
		}
	}
	c.check(t, want)
}

// plugin is the case's plug-in as its host sees it.
func (c *pluginCase) plugin(t *testing.T, cache string, binary []byte) *plugin {
	p := &plugin{binary: binary, cache: cache, config: c.config, level: c.level, hosts: c.hosts, user: c.user, network: newNetwork(t)}
	if p.level == "" {
		p.level = "info"
	}
	return p
}

var address = regexp.MustCompile(`offset: \d+`)

// withoutAddresses takes out of a record where blocks lie, which is each host's own.
func withoutAddresses(r record) map[string]any {
	log := make([]string, len(r.Log))
	for i, line := range r.Log {
		log[i] = address.ReplaceAllString(line, "offset: …")
	}
	r.Log = log
	return map[string]any{"record": fmt.Sprintf("%+v", r)}
}

// run makes the calls in one instance, with the variables handed from call to call.
func (c *pluginCase) run(t *testing.T, make maker, p *plugin) []record {
	t.Helper()
	i, err := make(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	defer i.close(t.Context())
	var out []record
	variables := bytesOf(c.variables)
	for _, input := range c.inputs {
		r := i.call(t.Context(), c.export, []byte(input), variables)
		out = append(out, r)
		variables = bytesOf(r.Variables)
	}
	return out
}

// check sees that the calls did what the case is about, so that two hosts that do nothing are not alike.
func (c *pluginCase) check(t *testing.T, records []record) {
	t.Helper()
	for i, want := range c.want {
		r := records[i]
		seen := strings.Join(append(append([]string{r.Output, r.ErrorText}, r.Log...), r.Requests...), "\n")
		if !strings.Contains(seen, want) {
			t.Errorf("call %d shows nothing of %q: %+v", i, want, r)
		}
	}
}

// shippedPlugins are the binaries in the SDK's module, by file name.
func shippedPlugins(t testing.TB) map[string][]byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/extism/go-sdk").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "wasm", "*.wasm"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no plug-ins in %s: %v", dir, err)
	}
	return readAll(t, files)
}

func readAll(t testing.TB, files []string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = data
	}
	return out
}
