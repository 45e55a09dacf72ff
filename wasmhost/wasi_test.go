package wasmhost

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/wasmhost/wasm"
	w "github.com/mozaiks/mozaiks/wasmhost/wasmtest"
)

// wasiGuest imports all of WASI and lets its handlers call it. Memory from 1024 to 1279 is shown in the answer, as two
// letters a byte.
type wasiGuest struct {
	*w.Builder
	index map[string]uint32
	show  uint32
}

func newWASIGuest() *wasiGuest {
	g := &wasiGuest{w.New(), map[string]uint32{}, 0}
	for name, s := range wasiSignatures {
		g.index[name] = g.Import(moduleWASI, name, w.Type{Params: []byte(s.Params), Results: []byte(s.Results)})
	}
	g.Allocator()
	g.Data(4000, `{"ok":"`)
	// for i = 0; i < 256: two letters; then "}
	g.show = g.Func(w.Type{Results: []byte{w.I64}}, []byte{w.I32},
		w.Loop(
			w.LocalGet(0), w.I32Const(1), w.Op(0x74), w.LocalGet(0), w.Load8(1024), w.I32Const(4), w.Op(0x76), w.I32Const('a'), w.Op(0x6a), w.Store8(4007),
			w.LocalGet(0), w.I32Const(1), w.Op(0x74), w.LocalGet(0), w.Load8(1024), w.I32Const(15), w.Op(0x71), w.I32Const('a'), w.Op(0x6a), w.Store8(4008),
			w.LocalGet(0), w.I32Const(1), w.Op(0x6a), w.LocalSet(0),
			w.LocalGet(0), w.I32Const(256), w.Op(0x49), w.BrIf(0)),
		w.I32Const(0), w.I32Const('"'), w.Store8(4007+512), w.I32Const(0), w.I32Const('}'), w.Store8(4008+512),
		w.Packed(4000, 7+512+2))
	return g
}

// do calls a function of WASI with constants and stores its errno as a byte at an address.
func (g *wasiGuest) do(errnoAt int32, name string, args ...int64) []byte {
	body := w.I32Const(errnoAt)
	for i, kind := range []byte(wasiSignatures[name].Params) {
		if kind == wasm.I64 {
			body = append(body, w.I64Const(args[i])...)
		} else {
			body = append(body, w.I32Const(int32(args[i]))...)
		}
	}
	return slices.Concat(body, w.Call(g.index[name]), w.Store8(0))
}

// run answers the 256 bytes that the handler shows.
func (g *wasiGuest) run(t *testing.T, e *Engine, c Call, body ...[]byte) []byte {
	t.Helper()
	g.Handler("run", slices.Concat(body...), w.Call(g.show))
	r := mustCall(t, load(t, e, g.Builder), c)
	var letters string
	if err := json.Unmarshal(r.Value, &letters); err != nil {
		t.Fatal(err)
	}
	out := make([]byte, 256)
	for i := range out {
		out[i] = (letters[2*i]-'a')<<4 | (letters[2*i+1] - 'a')
	}
	return out
}

func TestThereAreFortySixFunctions(t *testing.T) {
	t.Parallel()
	if len(wasiTable) != 46 || len(wasiSignatures) != 46 {
		t.Errorf("%d functions, %d names", len(wasiTable), len(wasiSignatures))
	}
}

func TestAnswersThatAreAnErrnoAlone(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	const bad, ok, spipe, inval, efault = 8, 0, 70, 28, 21
	for _, c := range []struct {
		name string
		args []int64
		want byte
	}{
		{"args_get", []int64{0, 0}, ok},
		{"environ_get", []int64{0, 0}, ok},
		{"args_sizes_get", []int64{65_533, 0}, efault},
		{"environ_sizes_get", []int64{0, -1}, efault},
		{"clock_res_get", []int64{4, 1100}, inval},
		{"clock_res_get", []int64{0, 65_530}, efault},
		{"clock_time_get", []int64{4, 0, 1100}, inval},
		{"clock_time_get", []int64{0, 0, 65_530}, efault},
		{"clock_time_get", []int64{1, 0, -4}, efault},
		{"random_get", []int64{65_000, 1000}, efault},
		{"fd_close", []int64{0}, ok},
		{"fd_close", []int64{2}, ok},
		{"fd_close", []int64{3}, bad},
		{"fd_fdstat_set_flags", []int64{1, 4}, ok},
		{"fd_fdstat_set_flags", []int64{-1, 4}, bad},
		{"fd_seek", []int64{0, 0, 0, 1100}, spipe},
		{"fd_seek", []int64{3, 0, 0, 1100}, bad},
		{"fd_tell", []int64{1, 1100}, spipe},
		{"fd_tell", []int64{9, 1100}, bad},
		{"fd_fdstat_get", []int64{3, 1100}, bad},
		{"fd_fdstat_get", []int64{0, 65_520}, efault},
		{"fd_filestat_get", []int64{3, 1100}, bad},
		{"fd_filestat_get", []int64{0, 65_500}, efault},
		{"fd_read", []int64{1, 0, 0, 1100}, bad},
		{"fd_read", []int64{0, 0, 0, 65_534}, efault},
		{"fd_write", []int64{0, 0, 0, 1100}, bad},
		{"fd_write", []int64{3, 0, 0, 1100}, bad},
		{"fd_write", []int64{1, 65_530, 1, 1100}, efault},
		{"fd_write", []int64{1, 0, 0, 65_534}, efault},
		{"fd_write", []int64{1, 0, -1, 1100}, efault},
		{"fd_prestat_get", []int64{3, 1100}, bad},
		{"fd_prestat_dir_name", []int64{3, 1100, 1}, bad},
		{"fd_advise", []int64{0, 0, 0, 0}, bad},
		{"fd_allocate", []int64{0, 0, 0}, bad},
		{"fd_datasync", []int64{0}, bad},
		{"fd_fdstat_set_rights", []int64{0, 0, 0}, bad},
		{"fd_filestat_set_size", []int64{0, 0}, bad},
		{"fd_filestat_set_times", []int64{0, 0, 0, 0}, bad},
		{"fd_pread", []int64{0, 0, 0, 0, 0}, bad},
		{"fd_pwrite", []int64{1, 0, 0, 0, 0}, bad},
		{"fd_readdir", []int64{0, 0, 0, 0, 0}, bad},
		{"fd_renumber", []int64{1, 2}, bad},
		{"fd_sync", []int64{1}, bad},
		{"path_create_directory", []int64{3, 0, 1}, bad},
		{"path_filestat_get", []int64{3, 0, 0, 1, 0}, bad},
		{"path_filestat_set_times", []int64{3, 0, 0, 1, 0, 0, 0}, bad},
		{"path_link", []int64{3, 0, 0, 1, 3, 0, 1}, bad},
		{"path_open", []int64{3, 0, 0, 1, 0, 0, 0, 0, 1100}, bad},
		{"path_readlink", []int64{3, 0, 1, 0, 1, 1100}, bad},
		{"path_remove_directory", []int64{3, 0, 1}, bad},
		{"path_rename", []int64{3, 0, 1, 3, 0, 1}, bad},
		{"path_symlink", []int64{0, 1, 3, 0, 1}, bad},
		{"path_unlink_file", []int64{3, 0, 1}, bad},
		{"poll_oneoff", []int64{2000, 3000, 0, 1100}, inval},
		{"poll_oneoff", []int64{65_500, 3000, 1, 1100}, efault},
		{"poll_oneoff", []int64{2000, 65_510, 1, 1100}, efault},
		{"poll_oneoff", []int64{2000, 3000, 1, 65_534}, efault},
		{"poll_oneoff", []int64{2000, 3000, -1, 1100}, efault},
		{"sched_yield", nil, ok},
		{"sock_accept", []int64{3, 0, 1100}, bad},
		{"sock_recv", []int64{3, 0, 0, 0, 0, 0}, bad},
		{"sock_send", []int64{3, 0, 0, 0, 0}, bad},
		{"sock_shutdown", []int64{3, 0}, bad},
	} {
		g := newWASIGuest()
		out := g.run(t, e, Call{}, w.I32Const(1024), w.I32Const(99), w.Store8(0), g.do(1024, c.name, c.args...))
		if out[0] != c.want {
			t.Errorf("%s%v: errno %d, want %d", c.name, c.args, out[0], c.want)
		}
		if slices.ContainsFunc(out[1:], func(b byte) bool { return b != 0 }) {
			t.Errorf("%s%v wrote to memory: %v", c.name, c.args, out[1:])
		}
	}
}

func TestAnswersThatAreWritten(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	number := func(out []byte, at int) uint64 { return binary.LittleEndian.Uint64(out[at:]) }
	g := newWASIGuest()
	fill := func(at, n int32) []byte { // so that zeroes are seen to be written
		return slices.Concat(w.I32Const(at), w.I32Const(0xee), w.I32Const(n), w.Op(0xfc, 0x0b, 0))
	}
	out := g.run(t, e, Call{}, fill(1040, 240),
		g.do(1024, "args_sizes_get", 1040, 1044),
		g.do(1025, "clock_res_get", 0, 1048), g.do(1026, "clock_res_get", 3, 1056),
		g.do(1027, "clock_time_get", 0, 0, 1064),
		g.do(1028, "clock_time_get", 1, 0, 1072), g.do(1029, "clock_time_get", 3, 0, 1080), g.do(1030, "clock_time_get", 0, 0, 1088),
		g.do(1031, "fd_fdstat_get", 0, 1096), g.do(1032, "fd_fdstat_get", 2, 1120),
		g.do(1033, "fd_filestat_get", 1, 1144),
		g.do(1034, "fd_read", 0, 0, 0, 1208),
		g.do(1035, "random_get", 1216, 4))
	if slices.ContainsFunc(out[:12], func(b byte) bool { return b != 0 }) {
		t.Fatalf("errnos %v", out[:12])
	}
	if got := number(out, 16); got != 0 {
		t.Errorf("arguments %#x", got)
	}
	for _, c := range []struct {
		what string
		at   int
		want uint64
	}{
		{"resolution of the time", 24, 1_000_000}, {"resolution of the virtual clock", 32, 1},
		{"time", 40, uint64(testNow.UnixNano())}, {"virtual clock", 48, 1_000_000_000},
		{"virtual clock after a reading", 56, 1_000_001_000}, {"time again", 64, uint64(testNow.UnixNano())},
		{"type and flags of input", 72, 2}, {"rights of input", 80, 1<<1 | 1<<27}, {"inherited rights", 88, 0},
		{"type and flags of errors", 96, 2}, {"rights of errors", 104, 1<<6 | 1<<27},
		{"device", 120, 0}, {"inode", 128, 0}, {"type of file", 136, 2}, {"links", 144, 0}, {"size", 152, 0},
		{"accessed", 160, 0}, {"modified", 168, 0}, {"changed", 176, 0},
	} {
		if got := number(out, c.at); got != c.want {
			t.Errorf("%s: %d, want %d", c.what, got, c.want)
		}
	}
	if got := binary.LittleEndian.Uint32(out[184:]); got != 0 {
		t.Errorf("%d bytes were read", got)
	}
	if got := fmt.Sprintf("%x", out[192:196]); got != "76b8e0ad" || out[196] != 0xee {
		t.Errorf("random bytes %s", got)
	}
}

func TestRandomBytesOfACallAreBounded(t *testing.T) {
	t.Parallel()
	g := newWASIGuest()
	g.Memory(20, 0)
	out := g.run(t, newTestEngine(t, nil), Call{}, g.do(1024, "random_get", 65_536, 1<<20), g.do(1025, "random_get", 65_536, 0),
		g.do(1026, "random_get", 65_536, 1))
	if want := []byte{0, 0, 28}; !slices.Equal(out[:3], want) {
		t.Errorf("errnos %v, want %v", out[:3], want)
	}
}

func TestStandardOutputIsLogged(t *testing.T) {
	t.Parallel()
	g := newWASIGuest()
	vector := func(parts ...uint32) string {
		b := []byte{}
		for _, p := range parts {
			b = binary.LittleEndian.AppendUint32(b, p)
		}
		return string(b)
	}
	g.Data(2000, "hello, world\nmore").Data(2100, vector(2000, 5, 2005, 8, 0, 0)).Data(2200, vector(2013, 4))
	h := &testHost{}
	out := g.run(t, newTestEngine(t, nil), Call{Host: h}, g.do(1024, "fd_write", 1, 2100, 3, 1032), g.do(1025, "fd_write", 2, 2200, 1, 1036))
	if !slices.Equal(out[:2], []byte{0, 0}) || out[8] != 13 || out[12] != 4 {
		t.Errorf("errnos %v, written %d and %d", out[:2], out[8], out[12])
	}
	if want := []string{"info hello, world", "warn more"}; !slices.Equal(h.log, want) {
		t.Errorf("log %q, want %q", h.log, want)
	}
}

func TestOutputPastTheLogLimitsIsErrno51(t *testing.T) {
	t.Parallel()
	g := newWASIGuest()
	g.Data(2000, "a\nb\n").Data(2100, "\xd0\x07\x00\x00\x04\x00\x00\x00")
	h := &testHost{}
	out := g.run(t, newTestEngine(t, &Options{LogLines: 3}), Call{Host: h},
		g.do(1024, "fd_write", 1, 2100, 1, 1032), g.do(1025, "fd_write", 2, 2100, 1, 1032), g.do(1026, "fd_write", 1, 2100, 1, 1032))
	if !slices.Equal(out[:3], []byte{0, 51, 51}) {
		t.Errorf("errnos %v", out[:3])
	}
	if len(h.log) != 4 || !strings.Contains(h.log[3], "2 log lines were dropped") {
		t.Errorf("log %q", h.log)
	}
}

func TestExitingEndsTheCall(t *testing.T) {
	t.Parallel()
	e := newTestEngine(t, nil)
	for _, name := range []string{"proc_exit", "proc_raise"} {
		g := newWASIGuest()
		body := slices.Concat(w.I32Const(7), w.Call(g.index[name]))
		if name == "proc_raise" {
			body = append(body, w.Drop...)
		}
		g.Handler("run", body, w.I64Const(0))
		_, err := call(t, load(t, e, g.Builder), Call{})
		if codeOf(err) != fault.GuestExit || err.Details["code"] != int64(7) {
			t.Errorf("%s: got %v, %v", name, err, err.Details)
		}
	}
}
