// Package moduletest writes the binaries of modules that tests need, from a description of what they import, export and hold.
package moduletest

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// Backend describes a binary. A handler that is exported by its name alone has the signature of the ABI and answers 0.
type Backend struct {
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

// Build writes the binary that a description in JSON describes, and answers the path of its file in the module's folder.
func Build(description []byte) (file string, bin []byte, err error) {
	d := Backend{File: "backend/tasks.wasm", ABI: "mozaiks_v1", Alloc: true}
	if err := json.Unmarshal(description, &d); err != nil {
		return "", nil, err
	}
	bin, err = d.build()
	return d.File, bin, err
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

func (d *Backend) build() ([]byte, error) {
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
	switch d.Alloc {
	case true:
		b.Export("mozaiks_alloc", w.KindFunction, b.Func(w.Alloc, nil, w.I32Const(1024)))
	case "bad_signature":
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
		b.Custom("pad", strings.Repeat("\x00", d.PadBytes))
	}
	return b.Bytes(), nil
}

// feature adds one instruction or declaration of a proposal.
func feature(b *w.Builder, d *Backend, name string) {
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
