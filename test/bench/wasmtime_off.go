//go:build !cgo

package main

import "errors"

// errNoWasmtime is why rows against wasmtime are missing.
var errNoWasmtime = errors.New("wasmtime needs cgo; build with CGO_ENABLED=1")

type wasmtimeGuest struct{}

type wasmtimeInstance struct{}

func newWasmtime([]byte, bool) (*wasmtimeGuest, error) { return nil, errNoWasmtime }

func (*wasmtimeGuest) instance() (*wasmtimeInstance, error) { return nil, errNoWasmtime }
func (*wasmtimeInstance) call([]byte) ([]byte, error)       { return nil, errNoWasmtime }
func (*wasmtimeInstance) close()                            {}
