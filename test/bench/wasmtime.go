//go:build cgo

package main

import (
	"errors"

	"github.com/bytecodealliance/wasmtime-go/v39"
)

var errNoWasmtime error // this build has it

// wasmtimeGuest is a guest of the native ABI on wasmtime, with fuel, which makes instances.
type wasmtimeGuest struct {
	engine *wasmtime.Engine
	module *wasmtime.Module
	linker *wasmtime.Linker
}

func newWasmtime(bin []byte, pooled bool) (*wasmtimeGuest, error) {
	config := wasmtime.NewConfig()
	config.SetConsumeFuel(true)
	if pooled {
		if err := usePool(config); err != nil {
			return nil, err
		}
	}
	e := wasmtime.NewEngineWithConfig(config)
	m, err := wasmtime.NewModule(e, bin)
	if err != nil {
		return nil, err
	}
	l := wasmtime.NewLinker(e)
	return &wasmtimeGuest{e, m, l}, l.DefineWasi()
}

type wasmtimeInstance struct {
	store      *wasmtime.Store
	memory     *wasmtime.Memory
	alloc, run *wasmtime.Func
}

// instance makes an instance and initialises it.
func (g *wasmtimeGuest) instance() (*wasmtimeInstance, error) {
	s := wasmtime.NewStore(g.engine)
	s.SetWasi(wasmtime.NewWasiConfig())
	if err := s.SetFuel(ample); err != nil {
		return nil, err
	}
	i, err := g.linker.Instantiate(s, g.module)
	if err != nil {
		return nil, err
	}
	if initialize := i.GetFunc(s, "_initialize"); initialize != nil {
		if _, err := initialize.Call(s); err != nil {
			return nil, err
		}
	}
	return &wasmtimeInstance{s, i.GetExport(s, "memory").Memory(), i.GetFunc(s, "mozaiks_alloc"), i.GetFunc(s, "run")}, nil
}

// close gives the instance back to the pool at once rather than when the collector finds it.
func (i *wasmtimeInstance) close() { i.store.Close() }

var errWasmtimeTypes = errors.New("wasmtime: a function answers another type")

// call hands input in, runs the handler and copies the answer out.
func (i *wasmtimeInstance) call(input []byte) ([]byte, error) {
	p, err := i.alloc.Call(i.store, int32(len(input)))
	if err != nil {
		return nil, err
	}
	at, ok := p.(int32)
	if !ok {
		return nil, errWasmtimeTypes
	}
	copy(i.memory.UnsafeData(i.store)[uint32(at):], input)
	packed, err := i.run.Call(i.store, at, int32(len(input)))
	if err != nil {
		return nil, err
	}
	answer, ok := packed.(int64)
	if !ok {
		return nil, errWasmtimeTypes
	}
	from, length := uint32(uint64(answer)>>32), uint32(answer)
	return append([]byte(nil), i.memory.UnsafeData(i.store)[from:from+length]...), nil
}
