package conformance

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/extism"
)

// raw is an instance in wazero as it is, with the engine's kernel and nothing else of the engine.
type raw struct {
	runtime wazero.Runtime
	module  api.Module
	host    *rawHost
	kernel  *extism.Kernel
	binding *binding
}

// binding is the context of a call, by which a host function finds its kernel without a search.
type binding struct {
	context.Context
	kernel *extism.Kernel
}

// newRaw makes an instance as the engine does, with a front.
func newRaw(ctx context.Context, p *plugin) (instance, error) { return makeRaw(ctx, p, true) }

// newFrontless makes one in which every function is Go.
func newFrontless(ctx context.Context, p *plugin) (instance, error) { return makeRaw(ctx, p, false) }

func makeRaw(ctx context.Context, p *plugin, front bool) (instance, error) {
	cache, err := wazero.NewCompilationCacheWithDir(p.cache)
	if err != nil {
		return nil, err
	}
	r := &raw{runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCompilationCache(cache)), host: &rawHost{plugin: p}}
	r.kernel = extism.New(r.host, nil)
	r.binding = &binding{ctx, r.kernel}
	if err := r.build(ctx, p, front); err != nil {
		_ = r.runtime.Close(ctx)
		return nil, err
	}
	return r, nil
}

func (r *raw) build(ctx context.Context, p *plugin, front bool) error {
	wasi_snapshot_preview1.MustInstantiate(ctx, r.runtime)
	if err := r.define(ctx, p); err != nil {
		return err
	}
	if front {
		f, err := r.runtime.InstantiateWithConfig(ctx, extism.Front(0), wazero.NewModuleConfig())
		if err != nil {
			return err
		}
		r.kernel.Attach(f.Memory())
		ctx = experimental.WithImportResolver(ctx, func(name string) api.Module {
			if name == extism.Module {
				return f
			}
			return nil
		})
	}
	m, err := r.runtime.InstantiateWithConfig(ctx, p.binary, wazero.NewModuleConfig().WithStartFunctions())
	if err != nil {
		return err
	}
	r.module = m
	if err := r.kernel.Reset(nil); err != nil {
		return err
	}
	return r.initialize()
}

// define offers the kernel's functions and the test's.
func (r *raw) define(ctx context.Context, p *plugin) error {
	builders := map[string]wazero.HostModuleBuilder{}
	export := func(module, name string, params, results []byte, call func(*extism.Kernel, []uint64)) {
		if builders[module] == nil {
			builders[module] = r.runtime.NewHostModuleBuilder(module)
		}
		builders[module].NewFunctionBuilder().WithGoFunction(api.GoFunc(func(ctx context.Context, stack []uint64) {
			call(ctx.(*binding).kernel, stack)
		}), params, results).Export(name)
	}
	for _, f := range slices.Concat(extism.FrontImports(), extism.Functions()) {
		export(f.Module, f.Name, f.Params, f.Results, f.Call)
	}
	for _, f := range p.user {
		export(f.module, f.name, words(f.params), words(f.results), func(k *extism.Kernel, stack []uint64) { f.call(rawBlocks{k}, stack) })
	}
	for _, b := range builders {
		if _, err := b.Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}

func words(n int) []api.ValueType { return slices.Repeat([]api.ValueType{api.ValueTypeI64}, n) }

// initialize runs what the engine runs before the first call.
func (r *raw) initialize() error {
	for _, name := range []string{"_initialize", "__wasm_call_ctors"} {
		if f := r.module.ExportedFunction(name); f != nil {
			if _, err := f.Call(r.binding); err != nil {
				return err
			}
			break
		}
	}
	if f := r.module.ExportedFunction("hs_init"); f != nil {
		_, err := f.Call(r.binding, 0, 0)
		return err
	}
	return nil
}

func (r *raw) call(_ context.Context, export string, input []byte, variables map[string][]byte) record {
	r.host.log = nil
	if err := r.kernel.Reset(input); err != nil {
		return record{Ended: true}
	}
	for name, v := range variables {
		r.kernel.SetVariable(name, v)
	}
	results, err := r.module.ExportedFunction(export).Call(r.binding)
	out := record{Variables: textOf(r.kernel.Variables()), Log: r.host.log, Requests: r.host.plugin.network.take()}
	if exit := (*sys.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 0 {
		err = nil
	}
	if err != nil {
		out.Ended = true
		return out
	}
	if len(results) > 0 {
		out.Returned = uint32(results[0])
	}
	out.Output, out.ErrorText = string(r.kernel.Output()), r.kernel.ErrorText()
	return out
}

func (r *raw) close(ctx context.Context) { _ = r.runtime.Close(ctx) }

// rawHost answers what the kernel asks the engine.
type rawHost struct {
	plugin *plugin
	log    []string
	fuel   int64
}

type ending struct{ text string }

func (e *ending) Error() string { return e.text }

var levels = []string{"debug", "info", "warn", "error"}

func (h *rawHost) Charge(units int64) { h.fuel += units }

func (h *rawHost) Setting(id string) (string, bool) {
	v, ok := h.plugin.config[id]
	return v, ok
}

func (h *rawHost) Log(level, message string) {
	if slices.Index(levels, level) >= slices.Index(levels, h.plugin.level) {
		h.log = append(h.log, level+": "+message)
	}
}

func (h *rawHost) LogLevel() int { return 1 + slices.Index(levels, h.plugin.level) }

func (h *rawHost) Trap(code fault.Code, message string, _ map[string]any) {
	panic(&ending{string(code) + ": " + message})
}

func (h *rawHost) Refuse(err *abi.Error) { panic(&ending{err.Error()}) }

func (h *rawHost) Operation(name string, request []byte) ([]byte, *abi.Error) {
	if name != "http_fetch" {
		return nil, &abi.Error{Code: abi.CodeUnavailable, Message: name}
	}
	return h.fetch(request)
}

// fetch is http_fetch without its limits.
func (h *rawHost) fetch(request []byte) ([]byte, *abi.Error) {
	var r struct {
		URL, Method, Body string
		Headers           map[string]string
		Binary            []byte `json:"body_base64"`
	}
	if err := json.Unmarshal(request, &r); err != nil {
		return nil, &abi.Error{Code: abi.CodeInvalidArgument, Message: err.Error()}
	}
	to, err := url.Parse(r.URL)
	if err != nil || !slices.Contains(h.plugin.hosts, to.Hostname()) {
		return nil, &abi.Error{Code: abi.CodeEgressDenied, Message: r.URL}
	}
	body := io.Reader(strings.NewReader(r.Body))
	if r.Binary != nil {
		body = strings.NewReader(string(r.Binary))
	}
	if r.Body == "" && r.Binary == nil {
		body = nil
	}
	q, err := http.NewRequest(r.Method, r.URL, body)
	if err != nil {
		return nil, &abi.Error{Code: abi.CodeInvalidArgument, Message: err.Error()}
	}
	for name, v := range r.Headers {
		q.Header.Set(name, v)
	}
	a, err := h.plugin.network.client.Do(q)
	if err != nil {
		return nil, &abi.Error{Code: abi.CodeUnavailable, Message: err.Error()}
	}
	defer a.Body.Close()
	content, err := io.ReadAll(a.Body)
	if err != nil {
		return nil, &abi.Error{Code: abi.CodeUnavailable, Message: err.Error()}
	}
	return answerDocument(a, content), nil
}

func answerDocument(a *http.Response, content []byte) []byte {
	headers := map[string]string{}
	for name, v := range a.Header {
		headers[strings.ToLower(name)] = strings.Join(v, ",")
	}
	doc := map[string]any{"status": a.StatusCode, "headers": headers}
	if utf8.Valid(content) {
		doc["body"] = string(content)
	} else {
		doc["body_base64"] = base64.StdEncoding.EncodeToString(content)
	}
	data, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return data
}

// rawBlocks works on the arena by the functions that a guest has.
type rawBlocks struct{ kernel *extism.Kernel }

var environment = func() map[string]extism.Function {
	out := map[string]extism.Function{}
	for _, f := range extism.Functions() {
		if f.Module == extism.Module {
			out[f.Name] = f
		}
	}
	return out
}()

func (b rawBlocks) run(name string, args ...uint64) uint64 {
	stack := append(args, 0)
	f, ok := environment[name]
	if !ok {
		panic(fmt.Sprintf("no function %s", name))
	}
	f.Call(b.kernel, stack)
	return stack[0]
}

func (b rawBlocks) read(h uint64) []byte {
	out := make([]byte, b.run("length", h))
	for i := range out {
		out[i] = byte(b.run("load_u8", h+uint64(i)))
	}
	return out
}

func (b rawBlocks) write(data []byte) uint64 {
	h := b.run("alloc", uint64(len(data)))
	for i, c := range data {
		b.run("store_u8", h+uint64(i), uint64(c))
	}
	return h
}

func (b rawBlocks) free(h uint64) { b.run("free", h) }
