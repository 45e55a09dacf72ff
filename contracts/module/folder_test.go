package module_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/module"
)

// folder writes base and a binary to <root>/tasks and answers the root.
func folder(t *testing.T) (root *os.Root, dir string) {
	t.Helper()
	top := t.TempDir()
	dir = filepath.Join(top, "tasks")
	for name, content := range base {
		put(t, dir, name, content)
	}
	put(t, dir, "backend/tasks.wasm", "\x00asm\x01\x00\x00\x00")
	root, err := os.OpenRoot(top)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root, dir
}

func put(t *testing.T, dir, name, content string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAFolderIsReadByWhatItMayHold(t *testing.T) {
	t.Parallel()
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	file := func(name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { put(t, dir, name, "{}\n") }
	}
	link := func(name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, name))
			must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
			must(t, os.Symlink("module.yaml", filepath.Join(dir, name)))
		}
	}
	for name, c := range map[string]struct {
		change func(t *testing.T, dir string)
		want   string
	}{
		"nothing more": {func(*testing.T, string) {}, ""},
		"what the host does not read": {func(t *testing.T, dir string) {
			for _, f := range []string{"src/a/main.go", "src/module.yaml", "ui/Panel.jsx", "README.md", "LICENSE", "tests/basic.yaml", ".git/config", "node_modules/x/y z", "target/x", ".DS_Store"} {
				put(t, dir, f, "x")
			}
		}, ""},
		"no manifest":            {func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "module.yaml"))) }, "FILE_MISSING module.yaml $"},
		"an unknown contract":    {file("contracts/channels.yaml"), "FILE_UNKNOWN contracts/channels.yaml $ w"},
		"a script":               {file("backend/service.py"), "FILE_UNKNOWN backend/service.py $ w"},
		"a second binary":        {file("backend/other.wasm"), "FILE_UNKNOWN backend/other.wasm $ w"},
		"a test that is none":    {file("tests/a.json"), "FILE_UNKNOWN tests/a.json $ w"},
		"a folder in tests":      {file("tests/a/b.yaml"), "FILE_UNKNOWN tests/a/b.yaml $ w"},
		"a binary elsewhere":     {file("tasks.wasm"), "FILE_UNKNOWN tasks.wasm $ w"},
		"manifest in contracts":  {file("contracts/module.yaml"), "FILE_MISPLACED contracts/module.yaml $"},
		"events at the top":      {file("events.yaml"), "FILE_MISPLACED events.yaml $"},
		"events deeper":          {file("contracts/v1/events.yaml"), "FILE_MISPLACED contracts/v1/events.yaml $"},
		"manifest as .yml":       {file("module.yml"), "FILE_MISPLACED module.yml $"},
		"settings as JSON":       {file("contracts/settings.json"), "FILE_MISPLACED contracts/settings.json $"},
		"extensions in contract": {file("contracts/runtime_extensions.yaml"), "FILE_MISPLACED contracts/runtime_extensions.yaml $"},
		"subscriptions":          {file("subscriptions.yaml"), "SUBSCRIPTIONS_REFUSED subscriptions.yaml $"},
		"subscriptions, .yml":    {file("contracts/subscriptions.yml"), "SUBSCRIPTIONS_REFUSED contracts/subscriptions.yml $"},
		"a space":                {file("src/a b.txt"), "FILE_NAME src/a b.txt $"},
		"a backslash":            {file(`contracts\x.yaml`), `FILE_NAME contracts\x.yaml $`},
		"a device":               {file("src/CON.txt"), "FILE_NAME src/CON.txt $"},
		"no device":              {file("src/console.txt"), ""},
		"a dot at the end":       {file("src/a."), "FILE_NAME src/a. $"},
		"a hidden file":          {file("src/.env"), "FILE_NAME src/.env $"},
		"a folder with a space":  {file("src/a b/c.txt"), "FILE_NAME src/a b $"},
		"not ASCII":              {file("src/ä.txt"), "FILE_NAME src/ä.txt $"},
		"a name at its length":   {file("src/" + strings.Repeat("a", 128)), ""},
		"a name too long":        {file("src/" + strings.Repeat("a", 129)), "FILE_NAME src/" + strings.Repeat("a", 129) + " $"},
		"a deep path":            {file(strings.Repeat("src/", 11) + "a"), ""},
		"a path too deep":        {file(strings.Repeat("src/", 12) + "a"), "FILE_NAME " + strings.Repeat("src/", 12) + "a $"},
		"letter case":            {file("contracts/Settings.yaml"), "FILE_UNKNOWN contracts/Settings.yaml $ w\nFILE_NAME contracts/settings.yaml $"},
		"a linked manifest":      {link("module.yaml"), "FILE_LINK module.yaml $"},
		"a linked companion":     {link("contracts/events.yaml"), "FILE_LINK contracts/events.yaml $"},
		"a linked binary":        {link("backend/tasks.wasm"), "FILE_LINK backend/tasks.wasm $"},
		"a link in the source":   {link("src/x"), "FILE_LINK src/x $"},
		"a pipe":                 {func(t *testing.T, dir string) { must(t, syscall.Mkfifo(filepath.Join(dir, "README.md"), 0o644)) }, "FILE_LINK README.md $"},
		"no binary":              {func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "backend/tasks.wasm"))) }, "BACKEND_FILE_MISSING module.yaml $.module.handler"},
		"a large binary":         {func(t *testing.T, dir string) { put(t, dir, "backend/tasks.wasm", strings.Repeat("x", 101)) }, "BACKEND_SIZE backend/tasks.wasm $"},
		"a large declaration":    {func(t *testing.T, dir string) { put(t, dir, "contracts/settings.yaml", strings.Repeat("#", 256<<10+1)) }, "FILE_SIZE contracts/settings.yaml $"},
		"an empty companion":     {func(t *testing.T, dir string) { put(t, dir, "contracts/settings.yaml", "") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, dir := folder(t)
			c.change(t, dir)
			if got := lines(t, check(t, root)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// check reads and decodes the folder tasks as a check does; binaries may have 100 bytes.
func check(t *testing.T, root *os.Root) []diagnostic.Finding {
	t.Helper()
	read, findings := module.ReadFolder(root, "tasks", module.Options{})
	m, more := module.Decode(read.Files, "tasks", module.Options{})
	findings = append(findings, more...)
	if m != nil && !slices.ContainsFunc(findings, func(f diagnostic.Finding) bool { return f.File == m.Backend.File }) {
		_, _, more = read.Binary(root, "tasks", m, 100)
		findings = append(findings, more...)
	}
	diagnostic.Sort(findings)
	return findings
}

func TestALinkedFolderIsNoModule(t *testing.T) {
	t.Parallel()
	root, dir := folder(t)
	if err := os.Symlink("tasks", filepath.Join(filepath.Dir(dir), "other")); err != nil {
		t.Fatal(err)
	}
	read, findings := module.ReadFolder(root, "other", module.Options{})
	if got := lines(t, findings); got != "FILE_LINK . $" || read.Files[module.ManifestFile] != nil {
		t.Error(got)
	}
}

func TestALinkPutInBetweenLeadsNowhere(t *testing.T) {
	t.Parallel()
	root, dir := folder(t)
	read, _ := module.ReadFolder(root, "tasks", module.Options{})
	m, _ := module.Decode(read.Files, "tasks", module.Options{})
	outside := filepath.Join(t.TempDir(), "outside.wasm")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "backend/tasks.wasm")
	if err := os.Remove(binary); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, binary); err != nil {
		t.Fatal(err)
	}
	data, _, findings := read.Binary(root, "tasks", m, 100)
	if got := lines(t, findings); data != nil || got != "FILE_LINK backend/tasks.wasm $" {
		t.Errorf("%q %s", data, got)
	}
}

func TestAFolderIsLimited(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts module.Options
		want string
	}{
		"files at the limit":  {module.Options{MaxFiles: 6}, ""},
		"files above it":      {module.Options{MaxFiles: 5}, "FOLDER_LIMIT module.yaml $"},
		"bytes above it":      {module.Options{MaxBytes: 100}, "FOLDER_LIMIT contracts/notifications.yaml $"},
		"the default is more": {module.Options{}, ""},
	} {
		root, _ := folder(t)
		if _, findings := module.ReadFolder(root, "tasks", c.opts); lines(t, findings) != c.want {
			t.Errorf("%s: %s", name, lines(t, findings))
		}
	}
}

func TestTheDigestNamesAllThatIsLoaded(t *testing.T) {
	t.Parallel()
	root, dir := folder(t)
	digest := func() string {
		read, findings := module.ReadFolder(root, "tasks", module.Options{})
		m, more := module.Decode(read.Files, "tasks", module.Options{})
		_, digest, last := read.Binary(root, "tasks", m, 1000)
		if diagnostic.HasError(slices.Concat(findings, more, last)) {
			t.Fatal(findings, more, last)
		}
		return digest
	}
	sums := map[string]string{"backend/tasks.wasm": "\x00asm\x01\x00\x00\x00"}
	maps.Copy(sums, base)
	h := sha256.New()
	for _, file := range slices.Sorted(maps.Keys(sums)) {
		sum := sha256.Sum256([]byte(sums[file]))
		fmt.Fprintf(h, "%s\x00%x\n", file, sum)
	}
	first := digest()
	if want := "sha256:" + hex.EncodeToString(h.Sum(nil)); first != want {
		t.Errorf("%s, want %s", first, want)
	}
	put(t, dir, "README.md", "x")
	put(t, dir, "tests/a.yaml", "x")
	if digest() != first {
		t.Error("what is not loaded changes the digest")
	}
	put(t, dir, "contracts/admin.yaml", "# x\n")
	if digest() == first {
		t.Error("a further declaration does not change the digest")
	}
}

func TestABinaryIsTheOneThatIsMeant(t *testing.T) {
	t.Parallel()
	root, dir := folder(t)
	sum := sha256.Sum256([]byte("\x00asm\x01\x00\x00\x00"))
	for digest, want := range map[string]string{hex.EncodeToString(sum[:]): "", strings.Repeat("0", 64): "BACKEND_DIGEST module.yaml $.module.backend.sha256"} {
		put(t, dir, "module.yaml", strings.Replace(base[module.ManifestFile], "handler: backend.tasks:Tasks", "backend: {file: backend/tasks.wasm, sha256: '"+digest+"'}", 1))
		if got := lines(t, check(t, root)); got != want {
			t.Errorf("%s: %s", digest, got)
		}
	}
}
