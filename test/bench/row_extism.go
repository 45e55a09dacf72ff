package main

import (
	"bytes"
	"context"
)

const (
	goSDKKept  = "extism go-sdk, instance kept"
	goSDKFresh = "extism go-sdk, fresh instance"
)

// text is a JSON text of n bytes.
func text(n int) []byte { return append(append([]byte{'"'}, bytes.Repeat([]byte("a"), n-2)...), '"') }

// plugin measures B11 and B12: calls of an Extism plug-in.
func (b *bench) plugin(ctx context.Context) ([]Row, error) {
	p, err := newPlugins(ctx)
	if err != nil {
		return nil, err
	}
	defer p.close(ctx)
	small, large := text(1<<10), text(16<<10)
	for _, input := range [][]byte{small, large} {
		if err := p.same(ctx, "echo", input); err != nil {
			return nil, err
		}
	}
	nothing, err := p.oursKept(ctx, 5000, "nothing", nil)
	if err != nil {
		return nil, err
	}
	echo, err := p.oursKept(ctx, 2000, "echo", small)
	if err != nil {
		return nil, err
	}
	long, err := p.oursKept(ctx, 500, "echo", large)
	if err != nil {
		return nil, err
	}
	t, err := inTurn(b.rounds, nothing, p.oursFresh(ctx, 5000, "nothing", nil), p.peerKept(ctx, 500, "nothing", nil),
		echo, p.peerKept(ctx, 100, "echo", small), long, p.peerKept(ctx, 20, "echo", large))
	if err != nil {
		return nil, err
	}
	return []Row{
		against("B11", "Extism call that does nothing, instance kept", "us", t[0], goSDKKept, t[2]).faster(50),
		against("B11", "Extism call that does nothing, fresh sandbox", "us", t[1], goSDKKept, t[2]).faster(10),
		against("B12", "Extism echo of 1 KiB, instance kept", "us", t[3], goSDKKept, t[4]).faster(8),
		against("B12", "Extism echo of 16 KiB, instance kept", "us", t[5], goSDKKept, t[6]).faster(3),
	}, nil
}

// requests measures B19 and B20: a small request, 100 bytes in and out, with one operation of the host and 4 KiB of memory written, in
// a fresh sandbox of the native ABI, against the same request of a plug-in on Extism's Go SDK.
func (b *bench) requests(ctx context.Context) ([]Row, error) {
	p, err := newPlugins(ctx)
	if err != nil {
		return nil, err
	}
	defer p.close(ctx)
	m, err := p.engine.native(ctx, binaryOf("small-host"))
	if err != nil {
		return nil, err
	}
	input := text(100)
	if err := p.same(ctx, "request", input); err != nil {
		return nil, err
	}
	c := callOf("run", input, pluginHost)
	t, err := inTurn(b.rounds, each(5000, func() error { _, err := m.Call(ctx, c); return err }), p.oursFresh(ctx, 2000, "request", input),
		p.peerKept(ctx, 100, "request", input), p.peerFresh(ctx, 20, "request", input))
	if err != nil {
		return nil, err
	}
	return []Row{
		alone("B19", "small request, fresh sandbox", "us", t[0]).atMost(5),
		against("B19", "small request, fresh sandbox, to an instance that is kept", "us", t[0], goSDKKept, t[2]).faster(20),
		against("B19", "the same request by Extism's ABI, fresh sandbox", "us", t[1], goSDKKept, t[2]),
		against("B20", "small request, fresh sandbox", "us", t[0], goSDKFresh, t[3]).faster(150),
		against("B20", "the same request by Extism's ABI, fresh sandbox", "us", t[1], goSDKFresh, t[3]),
	}, nil
}
