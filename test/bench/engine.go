package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost"
)

// This file is all through which the measurements use the engine.

type (
	options = wasmhost.Options
	module  = wasmhost.Module
	held    = wasmhost.Held
	call    = wasmhost.Call
	engine  struct{ *wasmhost.Engine }
)

const strict = wasmhost.ProfileStrict

// newEngine makes an engine; several stand beside each other in one measurement.
func newEngine(ctx context.Context, o options) (*engine, error) {
	o.Beside = true
	e, err := wasmhost.New(ctx, &o)
	return &engine{e}, err
}

// native loads a guest of the native ABI, large one that may have 256 MiB of memory, plugin one of Extism. All grants are given.
func (e *engine) native(ctx context.Context, bin []byte) (*module, error) {
	return e.Load(ctx, bin, wasmhost.Policy{Granted: anything})
}

func (e *engine) large(ctx context.Context, bin []byte) (*module, error) {
	return e.Load(ctx, bin, wasmhost.Policy{Granted: anything, MemoryPages: 256 * mebibyte / pageBytes})
}

func (e *engine) plugin(ctx context.Context, bin []byte) (*module, error) {
	return e.Load(ctx, bin, wasmhost.Policy{ABI: wasmhost.ABIExtism, Granted: anything})
}

func anything(string) bool { return true }

// close waits for calls that still run, but not for ever.
func (e *engine) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	_ = e.Close(ctx)
}

// ample is fuel that no measured call uses up.
const ample = 1 << 60

func callOf(export string, input []byte, h wasmhost.Host) *call {
	return &call{Export: export, Input: input, Fuel: ample, Timeout: time.Minute, Lane: "bench", Now: time.Unix(1, 0), Host: h}
}

// host answers every operation with the same value.
type host struct{ value []byte }

func (h host) Operation(context.Context, string, []byte) ([]byte, error) { return h.value, nil }
func (host) Log(string, string, map[string]any)                          {}

// must turns the end that a call was to have into no error, and anything else into one.
func must(code fault.Code, err error) error {
	var ended *wasmhost.Error
	if errors.As(err, &ended) && ended.Code == code {
		return nil
	}
	return fmt.Errorf("a call that was to end with %s ended with: %w", code, orSuccess(err))
}

func mustPassDeadline(err error) error { return must(fault.Deadline, err) }
func mustBeCancelled(err error) error  { return must(fault.Cancelled, err) }

var errSuccess = errors.New("success")

func orSuccess(err error) error {
	if err == nil {
		return errSuccess
	}
	return err
}
