package modules_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/wasmhost"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

const corpus = "../../contracts/testdata/corpus"

// corpusCase is one case of the corpus: ops that change the base module, and the verdict on what comes of it.
type corpusCase struct {
	ID     string
	What   string
	Ops    [][]any
	Expect string
	Code   string
	File   string
	Phase  string
}

// TestCorpus judges each case of the corpus with the code of `mozaiks check`, those of the phase load by loading.
func TestCorpus(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(corpus + "/cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Cases []corpusCase }
	if err := yaml.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, c := range all.Cases {
		if err := c.judge(t); err != nil {
			t.Errorf("%s, %s: %v", c.ID, c.What, err)
		} else {
			right++
		}
	}
	t.Logf("%d of %d cases are right", right, len(all.Cases))
	if len(all.Cases) < 460 {
		t.Errorf("%d cases", len(all.Cases))
	}
}

func (c *corpusCase) judge(t *testing.T) error {
	dir := filepath.Join(t.TempDir(), "tasks")
	if err := os.CopyFS(dir, os.DirFS(corpus+"/base")); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, "backend.json")); err != nil {
		return err
	}
	sum, err := c.binary(dir)
	if err != nil {
		return err
	}
	for _, op := range c.Ops {
		if err := apply(dir, op, sum); err != nil {
			return fmt.Errorf("%v: %w", op, err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	candidate := modules.Check(root, ".", "tasks", nil)
	got := candidate.Findings
	if c.Phase == "load" {
		if !candidate.OK() {
			return fmt.Errorf("the check refuses it:\n%s", told(got))
		}
		e, err := wasmhost.New(context.Background(), &wasmhost.Options{Beside: true, InitFuel: 1_000_000})
		if err != nil {
			return err
		}
		defer e.Close(context.Background())
		if _, err := e.Load(context.Background(), candidate.Binary, candidate.Policy(nil)); string(fault.CodeOf(err)) != c.Code {
			return fmt.Errorf("loading answers %v", err)
		}
		return nil
	}
	found := func(severity diagnostic.Severity) bool {
		return slices.ContainsFunc(got, func(f diagnostic.Finding) bool {
			return f.Severity == severity && string(f.Code) == c.Code && (c.File == "" || f.File == "tasks/"+c.File)
		})
	}
	for _, f := range got {
		if _, known := fault.Lookup(f.Code); !known || f.Message == "" || f.Severity == diagnostic.Error && f.Hint == "" {
			return fmt.Errorf("incomplete: %+v", f)
		}
	}
	errors := slices.ContainsFunc(got, func(f diagnostic.Finding) bool { return f.Severity == diagnostic.Error })
	switch {
	case c.Expect == "reject" && !found(diagnostic.Error):
		return fmt.Errorf("no %s in %q among\n%s", c.Code, c.File, told(got))
	case c.Expect == "accept" && errors:
		return fmt.Errorf("refused:\n%s", told(got))
	case c.Expect == "accept" && c.Code != "" && !found(diagnostic.Warning):
		return fmt.Errorf("no warning %s in %q among\n%s", c.Code, c.File, told(got))
	case c.Expect == "accept" && c.Code == "" && len(got) > 0:
		return fmt.Errorf("accepted, with\n%s", told(got))
	}
	return nil
}

func told(findings []diagnostic.Finding) string {
	var out strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&out, "  %s %s %s:%d:%d %s %s\n", f.Severity, f.Code, f.File, f.Line, f.Column, f.Path, f.Message)
	}
	return out.String()
}

// apply changes the folder by one op, unless it is about the binary.
func apply(dir string, op []any, sum string) error {
	name := op[0].(string)
	if name == "exports" || name == "imports" || op[1] == "backend.json" {
		return nil
	}
	file := filepath.Join(dir, op[1].(string))
	switch name {
	case "rm":
		return os.Remove(file)
	case "raw":
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, []byte(op[2].(string)), 0o600)
	case "symlink_out":
		outside := filepath.Join(filepath.Dir(dir), "outside")
		if err := os.WriteFile(outside, []byte("{}"), 0o600); err != nil {
			return err
		}
		_ = os.Remove(file)
		return os.Symlink(outside, file)
	}
	text, err := os.ReadFile(file)
	if err != nil && (name == "unset" || !os.IsNotExist(err)) {
		return err
	}
	var doc any = map[string]any{}
	if err == nil {
		if err := yaml.Unmarshal(text, &doc); err != nil {
			return err
		}
	}
	var value any
	if name != "unset" {
		value = withSum(op[3], sum)
	}
	doc, err = edit(doc, strings.Split(op[2].(string), "."), name, value)
	if err != nil {
		return err
	}
	out, err := json.Marshal(decimals(doc)) // which is YAML too, with all text in quotes
	if err != nil {
		return err
	}
	return os.WriteFile(file, out, 0o600)
}

// decimals keeps 1.0 from being written as 1.
func decimals(v any) any {
	switch v := v.(type) {
	case float64:
		if v == float64(int64(v)) {
			return json.Number(strconv.FormatFloat(v, 'f', 1, 64))
		}
	case map[string]any:
		for k := range v {
			v[k] = decimals(v[k])
		}
	case []any:
		for i := range v {
			v[i] = decimals(v[i])
		}
	}
	return v
}

// withSum puts the digest of the binary into a value.
func withSum(v any, sum string) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, "$BACKEND_SHA256", sum)
	case map[string]any:
		for k := range v {
			v[k] = withSum(v[k], sum)
		}
	case []any:
		for i := range v {
			v[i] = withSum(v[i], sum)
		}
	}
	return v
}

// edit answers v with the value at a path set, appended to or removed.
func edit(v any, path []string, op string, value any) (any, error) {
	if len(path) == 0 {
		if op == "append" {
			list, _ := v.([]any)
			return append(list, value), nil
		}
		return value, nil
	}
	switch v := v.(type) {
	case map[string]any:
		if op == "unset" && len(path) == 1 {
			delete(v, path[0])
			return v, nil
		}
		inner, there := v[path[0]]
		if !there && len(path) > 1 {
			inner = map[string]any{}
		}
		changed, err := edit(inner, path[1:], op, value)
		v[path[0]] = changed
		return v, err
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i > len(v) {
			return v, fmt.Errorf("no index %s", path[0])
		}
		if op == "unset" && len(path) == 1 {
			return slices.Delete(v, i, i+1), nil
		}
		if i == len(v) {
			v = append(v, map[string]any{})
		}
		changed, err := edit(v[i], path[1:], op, value)
		v[i] = changed
		return v, err
	}
	return v, fmt.Errorf("nothing at %v", path)
}

// backendDescription is what backend.json holds.
type backendDescription struct {
	File    string
	ABI     string
	Exports []any
	Imports []any
	Memory  *struct {
		Min    uint32  `json:"min_pages"`
		Max    *uint32 `json:"max_pages"`
		Export *string
	}
	Alloc      any
	Start      string
	Initialize string
	Table      *struct{ Min, Max *uint32 }
	Features   []string
	Functions  int
	PadBytes   int `json:"pad_bytes"`
	Bytes      *string
}

// binary writes the binary that backend.json describes and answers its SHA-256.
func (c *corpusCase) binary(dir string) (string, error) {
	text, err := os.ReadFile(corpus + "/base/backend.json")
	if err != nil {
		return "", err
	}
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		return "", err
	}
	for _, op := range c.Ops {
		switch name := op[0].(string); {
		case name == "exports" || name == "imports":
			doc.(map[string]any)[name] = op[1]
		case op[1] != "backend.json":
		case name == "unset":
			doc, err = edit(doc, strings.Split(op[2].(string), "."), name, nil)
		default:
			doc, err = edit(doc, strings.Split(op[2].(string), "."), name, op[3])
		}
		if err != nil {
			return "", err
		}
	}
	text, err = json.Marshal(doc)
	if err != nil {
		return "", err
	}
	var d backendDescription
	if err := json.Unmarshal(text, &d); err != nil {
		return "", err
	}
	bin, err := d.build()
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, d.File)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	sum := sha256.Sum256(bin)
	return hex.EncodeToString(sum[:]), os.WriteFile(file, bin, 0o600)
}

var valueTypes = map[string]byte{"i32": w.I32, "i64": w.I64, "f32": w.F32, "f64": w.F64}

func signature(of map[string]any, otherwise w.Type) w.Type {
	read := func(name string) []byte {
		list, _ := of[name].([]any)
		out := []byte{}
		for _, v := range list {
			out = append(out, valueTypes[v.(string)])
		}
		return out
	}
	if of["params"] == nil && of["results"] == nil {
		return otherwise
	}
	return w.Type{Params: read("params"), Results: read("results")}
}

// hostTypes are the signatures of the imports that the corpus names, where they are not those of an operation.
var hostTypes = map[string]w.Type{
	"env.abort":                             {Params: []byte{w.I32, w.I32, w.I32, w.I32}},
	"wasi_snapshot_preview1.fd_write":       {Params: []byte{w.I32, w.I32, w.I32, w.I32}, Results: []byte{w.I32}},
	"wasi_snapshot_preview1.clock_time_get": {Params: []byte{w.I32, w.I64, w.I32}, Results: []byte{w.I32}},
	"wasi_snapshot_preview1.random_get":     {Params: []byte{w.I32, w.I32}, Results: []byte{w.I32}},
	"wasi_snapshot_preview1.proc_exit":      {Params: []byte{w.I32}},
	"extism:host/env.alloc":                 {Params: []byte{w.I64}, Results: []byte{w.I64}},
	"extism:host/env.input_length":          {Results: []byte{w.I64}},
	"extism:host/env.output_set":            {Params: []byte{w.I64, w.I64}},
	"extism:host/env.http_request":          {Params: []byte{w.I64, w.I64}, Results: []byte{w.I64}},
}

// hostType is the signature that the host's tables give an import.
func hostType(module, name string) w.Type {
	if t, ok := hostTypes[module+"."+name]; ok {
		return t
	}
	if module == "extism:host/user" {
		return w.Type{Params: []byte{w.I64}, Results: []byte{w.I64}}
	}
	return w.Handler
}

// zeros answers 0 for each result.
func zeros(t w.Type) []byte {
	var out []byte
	for _, r := range t.Results {
		switch r {
		case w.I32:
			out = append(out, w.I32Const(0)...)
		case w.I64:
			out = append(out, w.I64Const(0)...)
		case w.F32:
			out = append(out, 0x43, 0, 0, 0, 0)
		case w.F64:
			out = append(out, w.F64Const(0)...)
		}
	}
	return out
}

func (d *backendDescription) build() ([]byte, error) {
	if d.Bytes != nil {
		return hex.DecodeString(*d.Bytes)
	}
	b := &w.Builder{}
	kinds := map[string]byte{"func": w.KindFunction, "table": w.KindTable, "memory": w.KindMemory, "global": w.KindGlobal}
	first := -1 // function import
	count := 0
	for _, i := range d.Imports {
		of, described := i.(map[string]any)
		var module, name string
		if !described {
			text := i.(string)
			at := strings.LastIndexByte(text, '.')
			module, name = text[:at], text[at+1:]
		} else {
			module, name = of["module"].(string), of["name"].(string)
		}
		switch kind, _ := of["kind"].(string); kind {
		case "memory":
			b.RawImport(module, name, w.KindMemory, 0, 1)
		case "table":
			b.RawImport(module, name, w.KindTable, w.Funcref, 0, 1)
		case "global":
			b.RawImport(module, name, w.KindGlobal, w.I32, 0)
		default:
			b.Import(module, name, signature(of, hostType(module, name)))
			if first < 0 {
				first = count
			}
			count++
		}
	}
	if d.Memory != nil {
		most := uint32(0)
		if d.Memory.Max != nil {
			most = *d.Memory.Max
		}
		if !slices.Contains(d.Features, "shared_memory") && !slices.Contains(d.Features, "multi_memory") {
			b.Memory(d.Memory.Min, most)
		}
		if d.Memory.Export != nil {
			b.Export(*d.Memory.Export, w.KindMemory, 0)
		}
	}
	if d.Table != nil {
		most := uint32(0)
		if d.Table.Max != nil {
			most = *d.Table.Max
		}
		b.Table(w.Funcref, *d.Table.Min, most)
	}
	if d.Alloc == true {
		b.Export("mozaiks_alloc", w.KindFunction, b.Func(w.Alloc, nil, w.I32Const(1024)))
	} else if d.Alloc == "bad_signature" {
		b.Export("mozaiks_alloc", w.KindFunction, b.Func(w.Type{Params: []byte{w.I64}, Results: []byte{w.I64}}, nil, w.I64Const(0)))
	}
	handler := w.Handler
	if d.ABI == "extism" {
		handler = w.Type{Results: []byte{w.I32}}
	}
	for _, e := range d.Exports {
		of, described := e.(map[string]any)
		name, ok := e.(string)
		if !ok {
			name = of["name"].(string)
		}
		kind, _ := of["kind"].(string)
		switch {
		case described && kind == "global":
			b.Export(name, w.KindGlobal, b.Global(w.I32, false, w.I32Const(0)))
		case described && kind == "table":
			b.Export(name, w.KindTable, b.Table(w.Funcref, 1, 1))
		case described && kind == "memory":
			b.Export(name, w.KindMemory, 0)
		default:
			t := signature(of, handler)
			b.Export(name, kinds["func"], b.Func(t, nil, zeros(t)))
		}
	}
	special := func(what string) ([]byte, bool) {
		switch what {
		case "empty":
			return nil, true
		case "trap":
			return w.Op(0), true
		case "loop":
			return w.Loop(w.Br(0)), true
		case "host_call":
			return slices.Concat(w.I32Const(0), w.I32Const(0), w.Call(uint32(first)), w.Op(0x1a)), true
		}
		return nil, false
	}
	if body, ok := special(d.Start); ok {
		b.Start(b.Func(w.Plain, nil, body))
	}
	if body, ok := special(d.Initialize); ok {
		b.Export("_initialize", w.KindFunction, b.Func(w.Plain, nil, body))
	} else if d.Initialize == "bad_signature" {
		b.Export("_initialize", w.KindFunction, b.Func(w.Type{Params: []byte{w.I32}}, nil))
	}
	for _, f := range d.Features {
		feature(b, d, f)
	}
	for range d.Functions {
		b.Func(w.Plain, nil)
	}
	if d.PadBytes > 0 {
		b.Custom("pad", string(bytes.Repeat([]byte{0}, d.PadBytes)))
	}
	return b.Bytes(), nil
}

// feature adds one instruction or declaration of a proposal.
func feature(b *w.Builder, d *backendDescription, name string) {
	switch name {
	case "multi_memory", "shared_memory":
		limits := []byte{0x03, byte(d.Memory.Min), 16} // shared
		if name == "multi_memory" {
			b.RawMemory(append([]byte{0x00}, w.U32(d.Memory.Min)...)).SecondMemory([]byte{0x00, 1})
			return
		}
		b.RawMemory(limits)
	case "multi_value":
		b.Func(w.Type{Results: []byte{w.I32, w.I32}}, nil, w.I32Const(1), w.I32Const(2))
	case "sign_ext":
		b.Func(w.Plain, nil, w.I32Const(1), w.Op(0xc0), w.Op(0x1a))
	case "sat_float":
		b.Func(w.Plain, nil, w.F64Const(0), w.Op(0xfc, 2), w.Op(0x1a))
	case "simd":
		b.Func(w.Plain, nil, w.I32Const(1), w.Op(0xfd, 17), w.Op(0x1a)) // i32x4.splat
	case "relaxed_simd":
		b.Func(w.Plain, nil, w.I32Const(1), w.Op(0xfd, 17), w.I32Const(1), w.Op(0xfd, 17), w.Op(0xfd, 0x80, 0x02), w.Op(0x1a))
	case "tail_call":
		f := b.Func(w.Plain, nil)
		b.Func(w.Plain, nil, append([]byte{0x12}, w.U32(f)...))
	case "threads":
		b.Func(w.Plain, nil, w.I32Const(0), w.Op(0xfe, 0x10, 2, 0), w.Op(0x1a)) // i32.atomic.load
	default:
		panic("no feature " + name)
	}
}
