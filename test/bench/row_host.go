package main

import (
	"bytes"
	"context"
	"time"

	"github.com/tetratelabs/wazero/api"
)

const hostCallsInRound = 5_000

// hostCalls measures B8: an operation that answers 0, and one that answers 100 bytes. A call makes many of them, so that the call
// itself does not count.
func (b *bench) hostCalls(ctx context.Context) ([]Row, error) {
	bin, input := binaryOf("small-host"), work(hostCallsInRound)
	e, err := newEngine(ctx, options{HostCalls: 1 << 30, ExchangeMax: 1 << 40})
	if err != nil {
		return nil, err
	}
	defer e.close(ctx)
	m, err := e.native(ctx, bin)
	if err != nil {
		return nil, err
	}
	ours := func(value []byte) func() (time.Duration, error) {
		c := callOf("host", input, host{value})
		return perHostCall(func() error { _, err := m.Call(ctx, c); return err })
	}
	document := append(append([]byte(`{"ok":"`), bytes.Repeat([]byte("x"), 91)...), `"}`...) // 100 bytes
	value := document[len(`{"ok":`) : len(document)-1]
	nothing, err := newRawHost(ctx, bin, nil)
	if err != nil {
		return nil, err
	}
	defer nothing.close(ctx)
	full, err := newRawHost(ctx, bin, document)
	if err != nil {
		return nil, err
	}
	defer full.close(ctx)
	t, err := inTurn(b.rounds, ours(nil), perHostCall(func() error { return nothing.callHost(ctx, input) }),
		ours(value), perHostCall(func() error { return full.callHost(ctx, input) }))
	if err != nil {
		return nil, err
	}
	return []Row{
		against("B8", "host operation that answers 0", "ns", t[0], "wazero, host function", t[1]).atMost(3),
		against("B8", "host operation that answers 100 bytes", "ns", t[2], "wazero, host function", t[3]).atMost(8),
	}, nil
}

func perHostCall(f func() error) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		began := time.Now()
		err := f()
		return time.Since(began) / hostCallsInRound, err
	}
}

// rawHost is a guest on plain wazero with the least that a host function must do: read the request, and copy the answer into a block
// of the guest's.
type rawHost struct {
	*raw
	host api.Function
}

func newRawHost(ctx context.Context, bin, answer []byte) (*rawHost, error) {
	var alloc api.Function
	r, err := newRaw(ctx, bin, false, func(ctx context.Context, m api.Module, stack []uint64) {
		if _, ok := m.Memory().Read(uint32(stack[0]), uint32(stack[1])); !ok {
			panic(errOutside)
		}
		if answer == nil {
			stack[0] = 0
			return
		}
		stack[0] = uint64(len(answer))
		if err := alloc.CallWithStack(ctx, stack); err != nil {
			panic(err)
		}
		if !m.Memory().Write(uint32(stack[0]), answer) {
			panic(errOutside)
		}
		stack[0] = stack[0]<<32 | uint64(len(answer))
	})
	if err != nil {
		return nil, err
	}
	alloc = r.alloc
	return &rawHost{r, r.module.ExportedFunction("host")}, nil
}

func (r *rawHost) callHost(ctx context.Context, input []byte) error {
	var stack [2]uint64
	if err := r.give(ctx, input, &stack); err != nil {
		return err
	}
	return r.host.CallWithStack(ctx, stack[:])
}
