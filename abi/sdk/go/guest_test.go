package mozaiks_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// sizeBudget is what a small guest may weigh, in bytes. The Go runtime alone is 1.8 MB of it.
const sizeBudget = 2_750_000

// build makes a guest of testdata as the README says, in a copy of the SDK at dir.
func build(t *testing.T, dir, guest string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), guest+".wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", out,
		"./testdata/"+guest)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	wasm, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

func TestAGuestImportsOnlyTheOperationsItUses(t *testing.T) {
	t.Parallel()
	wasm := build(t, ".", "reader")
	var got []string
	for _, name := range importsOf(t, wasm) {
		if from, op, _ := strings.Cut(name, "."); from == "mozaiks_v1" {
			got = append(got, op)
		} else if from != "wasi_snapshot_preview1" {
			t.Errorf("imports %s", name)
		}
	}
	slices.Sort(got)
	if want := []string{"data_get", "log"}; !slices.Equal(got, want) { // log: for the place of a panic
		t.Errorf("imports %v, want %v", got, want)
	}
	if len(wasm) > sizeBudget {
		t.Errorf("%d bytes, the budget is %d", len(wasm), sizeBudget)
	}
}

func TestAGuestHasTheSameBytesWhereverItIsBuilt(t *testing.T) {
	t.Parallel()
	elsewhere := filepath.Join(t.TempDir(), "a", "deeper folder")
	if err := os.CopyFS(elsewhere, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(build(t, ".", "reader"), build(t, elsewhere, "reader")) {
		t.Error("two builds differ")
	}
}

func TestAGuestAndAHostUnderstandEachOther(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node here to run a guest")
	}
	file := filepath.Join(t.TempDir(), "guest.wasm")
	if err := os.WriteFile(file, build(t, ".", "guest"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(node, "testdata/host.mjs", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	type attempt struct{ Answer, Trap string }
	type line struct {
		Level, Message string
		Fields         struct{ Place, Stack string }
	}
	var got struct {
		ABI, Pages                                         int
		Large                                              bool
		Echo, Nothing, Answers, Refused, Null, Index, Text attempt
		IndexLog, TextLog                                  []line
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if got.ABI != 1 || !got.Large {
		t.Errorf("abi %d, a megabyte arrived whole: %v", got.ABI, got.Large)
	}
	if limit := 64 << 20 / 65536; got.Pages > limit {
		t.Errorf("64 answers of a megabyte took %d pages, a module has %d", got.Pages, limit)
	}
	for name, pair := range map[string][2]attempt{
		"echo":    {got.Echo, {Answer: `{"ok":{"value":[1,"é😀"]}}`}},
		"nothing": {got.Nothing, {Answer: `{"ok":null}`}},
		"answers": {got.Answers, {Answer: `{"ok":{"value":67108864}}`}},
		"refused": {got.Refused, {Answer: `{"error":{"code":"busy","message":"later","details":{"ms":5}}}`}},
		"null":    {got.Null, {Answer: `{"ok":{"value":0}}`}},
		"index":   {got.Index, {Trap: "unreachable"}},
		"text":    {got.Text, {Trap: "unreachable"}},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: got %+v, want %+v", name, pair[0], pair[1])
		}
	}
	for message, log := range map[string][]line{
		"panic: runtime error: index out of range [7] with length 1": got.IndexLog, "panic: no index": got.TextLog} {
		if len(log) != 1 || log[0].Level != "error" || log[0].Message != message ||
			!strings.HasPrefix(log[0].Fields.Place, "main.divide ") || !strings.Contains(log[0].Fields.Place, "guest/main.go:") ||
			!strings.HasPrefix(log[0].Fields.Stack, log[0].Fields.Place+"\nmain.") {
			t.Errorf("got %+v, want %q", log, message)
		}
	}
}

// importsOf reads the import section of a binary: names as module.name.
func importsOf(t *testing.T, wasm []byte) []string {
	t.Helper()
	number := func(b []byte) (int, []byte) {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			t.Fatal("the binary ends too early")
		}
		return int(n), b[size:]
	}
	text := func(b []byte) (string, []byte) {
		n, rest := number(b)
		return string(rest[:n]), rest[n:]
	}
	for b := wasm[8:]; len(b) > 0; {
		id := b[0]
		size, rest := number(b[1:])
		body := rest[:size]
		if b = rest[size:]; id != 2 {
			continue
		}
		var names []string
		count, body := number(body)
		for range count {
			var module, name string
			module, body = text(body)
			name, body = text(body)
			if body[0] != 0 {
				t.Fatalf("%s.%s is no function", module, name)
			}
			_, body = number(body[1:])
			names = append(names, module+"."+name)
		}
		return names
	}
	return nil
}
