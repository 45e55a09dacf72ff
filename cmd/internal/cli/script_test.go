package cli

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

var update = flag.Bool("update", false, "rewrite the expected output of scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"mozaiks": func() {
			os.Exit(Run(context.Background(), Signals{Restore: func() {}}, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// TestScripts runs the scripts of testdata. The command `guest FILE EXPORT… [-import OPERATION]…` writes a binary with these handlers
// and imports.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("MOZAIKS_DATA_DIR", filepath.Join(e.WorkDir, "data"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"guest": writeGuest},
	})
}

func writeGuest(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: guest FILE EXPORT… [-import OPERATION]…")
	}
	b := w.New()
	var handlers []string
	for i := 1; i < len(args); i++ {
		if args[i] == "-import" {
			i++
			b.Operation(args[i])
			continue
		}
		handlers = append(handlers, args[i])
	}
	b.Allocator()
	for _, h := range handlers {
		b.Handler(h, w.I64Const(0))
	}
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	ts.Check(os.WriteFile(path, b.Bytes(), 0o644))
}
