package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	extism "github.com/extism/go-sdk"
	"github.com/tetratelabs/wazero"
)

// setting is the value of the configuration that the plug-in asks for.
const setting = "a text of some length"

// pluginHost answers what the plug-in asks our engine for.
var pluginHost = host{[]byte(`{"values":{"name":"` + setting + `"}}`)}

// plugins is the plug-in of the benchmarks on our engine and on Extism's Go SDK.
type plugins struct {
	engine   *engine
	module   *module
	compiled *extism.CompiledPlugin
	kept     *extism.Plugin
	held     []*held
}

func newPlugins(ctx context.Context) (p *plugins, err error) {
	bin := binaryOf("extism-small")
	p = &plugins{}
	defer func() {
		if err != nil {
			p.close(ctx)
		}
	}()
	if p.engine, err = newEngine(ctx, options{}); err != nil {
		return p, err
	}
	if p.module, err = p.engine.plugin(ctx, bin); err != nil {
		return p, err
	}
	manifest := extism.Manifest{Wasm: []extism.Wasm{extism.WasmData{Data: bin}}, Config: map[string]string{"name": setting}}
	p.compiled, err = extism.NewCompiledPlugin(ctx, manifest, extism.PluginConfig{RuntimeConfig: wazero.NewRuntimeConfigCompiler()}, nil)
	if err != nil {
		return p, err
	}
	p.kept, err = p.compiled.Instance(ctx, extism.PluginInstanceConfig{})
	return p, err
}

func (p *plugins) close(ctx context.Context) {
	for _, h := range p.held {
		h.Release()
	}
	if p.kept != nil {
		_ = p.kept.Close(ctx)
	}
	if p.compiled != nil {
		_ = p.compiled.Close(ctx)
	}
	if p.engine != nil {
		p.engine.close(ctx)
	}
}

// oursKept is a call in an instance that is kept, oursFresh one in a fresh sandbox.
func (p *plugins) oursKept(ctx context.Context, n int, export string, input []byte) (func() (time.Duration, error), error) {
	c := callOf(export, input, pluginHost)
	h, err := p.module.Hold(ctx, c)
	if err != nil {
		return nil, err
	}
	p.held = append(p.held, h)
	return each(n, func() error { _, err := h.Call(ctx, c); return err }), nil
}

func (p *plugins) oursFresh(ctx context.Context, n int, export string, input []byte) func() (time.Duration, error) {
	c := callOf(export, input, pluginHost)
	return each(n, func() error { _, err := p.module.Call(ctx, c); return err })
}

// peerKept is a call in an instance of the SDK that is kept, peerFresh one in an instance of its own.
func (p *plugins) peerKept(ctx context.Context, n int, export string, input []byte) func() (time.Duration, error) {
	return each(n, func() error { return callPeer(ctx, p.kept, export, input) })
}

func (p *plugins) peerFresh(ctx context.Context, n int, export string, input []byte) func() (time.Duration, error) {
	return each(n, func() error {
		fresh, err := p.compiled.Instance(ctx, extism.PluginInstanceConfig{})
		if err != nil {
			return err
		}
		if err := callPeer(ctx, fresh, export, input); err != nil {
			return err
		}
		return fresh.Close(ctx)
	})
}

func callPeer(ctx context.Context, p *extism.Plugin, export string, input []byte) error {
	code, out, err := p.CallWithContext(ctx, export, input)
	if err == nil && (code != 0 || export == "echo" && !bytes.Equal(out, input)) {
		err = fmt.Errorf("extism: %s answers %d and %q", export, code, out)
	}
	return err
}

// same sees that the plug-in answers the same on both sides.
func (p *plugins) same(ctx context.Context, export string, input []byte) error {
	r, err := p.module.Call(ctx, callOf(export, input, pluginHost))
	if err != nil {
		return err
	}
	_, want, err := p.kept.CallWithContext(ctx, export, input)
	if err != nil {
		return err
	}
	if !bytes.Equal(r.Value, want) {
		return fmt.Errorf("%s answers %s, and %s on Extism's Go SDK", export, r.Value, want)
	}
	return nil
}
