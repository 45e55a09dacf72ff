package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	extism "github.com/extism/go-sdk"
	"github.com/tetratelabs/wazero"

	"github.com/mozaiks/mozaiks/wasmhost"
)

// settings answers what config_get asks for.
type settings struct{ host }

func (settings) Operation(context.Context, string, []byte) ([]byte, error) {
	return []byte(`{"values":{"name":"a text of some length"}}`), nil
}

// extism measures B11, B12, B19 and B20: the same plug-in by our kernel and by Extism's Go SDK, and a small request by both ABIs.
func (b *bench) extism(ctx context.Context) ([]Row, error) {
	e, err := engine(ctx, wasmhost.Options{})
	if err != nil {
		return nil, err
	}
	defer closeEngine(e)
	m, err := e.Load(ctx, binaryOf("c-extism"), policy(wasmhost.ABIExtism))
	if err != nil {
		return nil, err
	}
	native, err := e.Load(ctx, binaryOf("c-request"), policy(""))
	if err != nil {
		return nil, err
	}
	manifest := extism.Manifest{Wasm: []extism.Wasm{extism.WasmData{Data: binaryOf("c-extism")}}, Config: map[string]string{"name": "a text of some length"}}
	compiled, err := extism.NewCompiledPlugin(ctx, manifest, extism.PluginConfig{RuntimeConfig: wazero.NewRuntimeConfigCompiler()}, nil)
	if err != nil {
		return nil, err
	}
	defer compiled.Close(ctx)
	plugin, err := compiled.Instance(ctx, extism.PluginInstanceConfig{})
	if err != nil {
		return nil, err
	}
	defer plugin.Close(ctx)
	text := func(n int) []byte { return append(append([]byte{'"'}, bytes.Repeat([]byte("a"), n-2)...), '"') }
	small, large, input := text(1<<10), text(16<<10), text(100)
	var release []func()
	defer func() {
		for _, f := range release {
			f()
		}
	}()
	kept := func(export string, input []byte) (func() (time.Duration, error), error) {
		c := callOf(export, input)
		c.Host = settings{}
		h, err := m.Hold(ctx, c)
		if err != nil {
			return nil, err
		}
		release = append(release, h.Release)
		return each(2000, func() error {
			_, err := h.Call(ctx, c)
			return err
		}), nil
	}
	peer := func(export string, input []byte) func() (time.Duration, error) {
		return each(200, func() error {
			code, out, err := plugin.CallWithContext(ctx, export, input)
			if err == nil && (code != 0 || export == "echo" && !bytes.Equal(out, input)) {
				err = fmt.Errorf("%s answers %d and %q", export, code, out)
			}
			return err
		})
	}
	fresh := callOf("nothing", nil)
	fresh.Host = settings{}
	request := callOf("run", input)
	nothing, err := kept("nothing", nil)
	if err != nil {
		return nil, err
	}
	echo, err := kept("echo", small)
	if err != nil {
		return nil, err
	}
	long, err := kept("echo", large)
	if err != nil {
		return nil, err
	}
	t, err := inTurn(b.rounds,
		nothing, peer("nothing", nil), each(2000, func() error { _, err := m.Call(ctx, fresh); return err }),
		echo, peer("echo", small), long, peer("echo", large),
		each(5000, func() error { _, err := native.Call(ctx, request); return err }), peer("request", input),
		each(20, func() error {
			p, err := compiled.Instance(ctx, extism.PluginInstanceConfig{})
			if err != nil {
				return err
			}
			if _, _, err := p.CallWithContext(ctx, "request", input); err != nil {
				return err
			}
			return p.Close(ctx)
		}))
	if err != nil {
		return nil, err
	}
	return []Row{
		against("B11", "Extism, nothing, instance kept", "us", us(t[0]), us(t[1]), "extism go-sdk, kept", 1.0/50),
		against("B11", "Extism, nothing, fresh sandbox", "us", us(t[2]), us(t[1]), "extism go-sdk, kept", 1.0/10),
		against("B12", "Extism, echo of 1 KiB, instance kept", "us", us(t[3]), us(t[4]), "extism go-sdk, kept", 1.0/8),
		against("B12", "Extism, echo of 16 KiB, instance kept", "us", us(t[5]), us(t[6]), "extism go-sdk, kept", 1.0/3),
		alone("B19", "small request, fresh sandbox", "us", us(t[7]), 5),
		against("B19", "small request, fresh sandbox", "us", us(t[7]), us(t[8]), "extism go-sdk, kept", 1.0/20),
		against("B20", "small request, fresh sandbox", "us", us(t[7]), us(t[9]), "extism go-sdk, fresh", 1.0/150),
	}, nil
}
