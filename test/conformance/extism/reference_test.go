package conformance

import (
	"context"
	"net/http"
	"strings"

	sdk "github.com/extism/go-sdk"
	"github.com/tetratelabs/wazero"
)

// reference is an instance that Extism's Go SDK runs.
type reference struct {
	plugin  *plugin
	program *sdk.CompiledPlugin
	made    *sdk.Plugin
	log     []string
}

var referenceLevels = map[string]sdk.LogLevel{"debug": sdk.LogLevelDebug, "info": sdk.LogLevelInfo, "warn": sdk.LogLevelWarn,
	"error": sdk.LogLevelError}

// newReference makes an instance of the SDK. It sets the SDK's log level and the client that it uses, which are global.
func newReference(ctx context.Context, p *plugin) (instance, error) {
	sdk.SetLogLevel(referenceLevels[p.level])
	http.DefaultClient = p.network.client
	var user []sdk.HostFunction
	for _, f := range p.user {
		h := sdk.NewHostFunctionWithStack(f.name, func(_ context.Context, c *sdk.CurrentPlugin, stack []uint64) {
			f.call(referenceBlocks{c}, stack)
		}, words(f.params), words(f.results))
		h.SetNamespace(f.module)
		user = append(user, h)
	}
	cache, err := wazero.NewCompilationCacheWithDir(p.cache)
	if err != nil {
		return nil, err
	}
	manifest := sdk.Manifest{Wasm: []sdk.Wasm{sdk.WasmData{Data: p.binary}}, Config: p.config, AllowedHosts: p.hosts}
	program, err := sdk.NewCompiledPlugin(ctx, manifest, sdk.PluginConfig{EnableWasi: true, EnableHttpResponseHeaders: true,
		RuntimeConfig: wazero.NewRuntimeConfig().WithCompilationCache(cache)}, user)
	if err != nil {
		return nil, err
	}
	made, err := program.Instance(ctx, sdk.PluginInstanceConfig{})
	if err != nil {
		return nil, err
	}
	r := &reference{plugin: p, program: program, made: made}
	made.SetLogger(func(level sdk.LogLevel, message string) {
		if !ofTheSDK(message) {
			r.log = append(r.log, strings.ToLower(level.String())+": "+message)
		}
	})
	return r, nil
}

// ofTheSDK tells whether a log line is the SDK's own, which tells of its work at the level debug.
func ofTheSDK(message string) bool {
	for _, begin := range []string{"Calling ", "Initializing runtime for ", "Initialized Haskell language runtime."} {
		if strings.HasPrefix(message, begin) {
			return true
		}
	}
	return false
}

func (r *reference) call(ctx context.Context, export string, input []byte, variables map[string][]byte) record {
	r.log = nil
	r.made.Var = cloneVariables(variables)
	returned, output, err := r.made.CallWithContext(ctx, export, input)
	out := record{Returned: returned, Output: string(output), Variables: textOf(r.made.Var), Log: r.log,
		Requests: r.plugin.network.take()}
	if err != nil {
		out.ErrorText = r.made.GetError()
		if out.ErrorText != err.Error() {
			out.Ended, out.ErrorText, out.Returned = true, "", 0
		}
	}
	return out
}

func (r *reference) close(ctx context.Context) {
	_ = r.made.Close(ctx)
	_ = r.program.Close(ctx)
}

type referenceBlocks struct{ current *sdk.CurrentPlugin }

func (b referenceBlocks) read(h uint64) []byte {
	data, err := b.current.ReadBytes(h)
	if err != nil {
		panic(err)
	}
	return data
}

func (b referenceBlocks) write(data []byte) uint64 {
	h, err := b.current.WriteBytes(data)
	if err != nil {
		panic(err)
	}
	return h
}

func (b referenceBlocks) free(h uint64) {
	if err := b.current.Free(h); err != nil {
		panic(err)
	}
}
