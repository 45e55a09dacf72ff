package wasmhost

import (
	"github.com/mozaiks/mozaiks/contracts/fault"

	"github.com/mozaiks/mozaiks/wasmhost/wasm"
)

// The errno values of WASI preview 1 that are answered.
const (
	errnoSuccess = 0
	errnoBadf    = 8
	errnoFault   = 21
	errnoInval   = 28
	errnoNospc   = 51
	errnoSpipe   = 70
)

// wasiFuel is what each function costs, wasiBytes how many bytes that it moves cost one unit more.
const (
	wasiFuel  = 50
	wasiBytes = 8
)

// randomTotal is how many bytes random_get gives in one call.
const randomTotal = 1 << 20

// wasiCall answers one function: args are its parameters, the answer its errno.
type wasiCall func(s *sandbox, m *linear, args []uint64) uint64

// wasiTable is all of WASI preview 1: a guest may import any of it, and learns nothing that its call does not say.
// Every function answers an errno but proc_exit.
var wasiTable = []struct {
	name, params string
	call         wasiCall
}{
	{"args_get", "ii", wasiOK},
	{"args_sizes_get", "ii", wasiNothing},
	{"environ_get", "ii", wasiOK},
	{"environ_sizes_get", "ii", wasiNothing},
	{"clock_res_get", "ii", wasiClockRes},
	{"clock_time_get", "iIi", wasiClockTime},
	{"fd_advise", "iIIi", wasiBadf},
	{"fd_allocate", "iII", wasiBadf},
	{"fd_close", "i", wasiStandard},
	{"fd_datasync", "i", wasiBadf},
	{"fd_fdstat_get", "ii", wasiFdstat},
	{"fd_fdstat_set_flags", "ii", wasiStandard},
	{"fd_fdstat_set_rights", "iII", wasiBadf},
	{"fd_filestat_get", "ii", wasiFilestat},
	{"fd_filestat_set_size", "iI", wasiBadf},
	{"fd_filestat_set_times", "iIIi", wasiBadf},
	{"fd_pread", "iiiIi", wasiBadf},
	{"fd_prestat_get", "ii", wasiBadf},
	{"fd_prestat_dir_name", "iii", wasiBadf},
	{"fd_pwrite", "iiiIi", wasiBadf},
	{"fd_read", "iiii", wasiRead},
	{"fd_readdir", "iiiIi", wasiBadf},
	{"fd_renumber", "ii", wasiBadf},
	{"fd_seek", "iIii", wasiSeek},
	{"fd_sync", "i", wasiBadf},
	{"fd_tell", "ii", wasiSeek},
	{"fd_write", "iiii", wasiWrite},
	{"path_create_directory", "iii", wasiBadf},
	{"path_filestat_get", "iiiii", wasiBadf},
	{"path_filestat_set_times", "iiiiIIi", wasiBadf},
	{"path_link", "iiiiiii", wasiBadf},
	{"path_open", "iiiiiIIii", wasiBadf},
	{"path_readlink", "iiiiii", wasiBadf},
	{"path_remove_directory", "iii", wasiBadf},
	{"path_rename", "iiiiii", wasiBadf},
	{"path_symlink", "iiiii", wasiBadf},
	{"path_unlink_file", "iii", wasiBadf},
	{"poll_oneoff", "iiii", wasiPoll},
	{"proc_exit", "i", wasiExit},
	{"proc_raise", "i", wasiRaise},
	{"random_get", "ii", wasiRandom},
	{"sched_yield", "", wasiOK},
	{"sock_accept", "iii", wasiBadf},
	{"sock_recv", "iiiiii", wasiBadf},
	{"sock_send", "iiiii", wasiBadf},
	{"sock_shutdown", "ii", wasiBadf},
}

// wasiSignatures are the types of the functions by name.
var wasiSignatures = func() map[string]wasm.FuncType {
	out := make(map[string]wasm.FuncType, len(wasiTable))
	for _, f := range wasiTable {
		results := "i"
		if f.name == "proc_exit" {
			results = ""
		}
		out[f.name] = wasm.Sig(f.params, results)
	}
	return out
}()

func wasiFunctions() []hostFunction {
	out := make([]hostFunction, 0, len(wasiTable))
	for _, f := range wasiTable {
		out = append(out, hostFunction{f.name, wasiSignatures[f.name],
			guarded(func(s *sandbox, stack []uint64) {
				s.charge(wasiFuel)
				stack[0] = f.call(s, s.mem, stack)
			})})
	}
	return out
}

func wasiOK(*sandbox, *linear, []uint64) uint64   { return errnoSuccess }
func wasiBadf(*sandbox, *linear, []uint64) uint64 { return errnoBadf }

// wasiNothing answers that there are no arguments and no environment.
func wasiNothing(_ *sandbox, m *linear, args []uint64) uint64 {
	count, size := uint32(args[0]), uint32(args[1])
	if !m.WriteUint32Le(count, 0) || !m.WriteUint32Le(size, 0) {
		return errnoFault
	}
	return errnoSuccess
}

// wasiClockRes: the call's time has a resolution of 1 ms, the virtual clocks of 1 ns.
func wasiClockRes(_ *sandbox, m *linear, args []uint64) uint64 {
	resolution := uint64(1)
	switch uint32(args[0]) {
	case 0:
		resolution = 1_000_000
	case 1, 2, 3:
	default:
		return errnoInval
	}
	if !m.WriteUint64Le(uint32(args[1]), resolution) {
		return errnoFault
	}
	return errnoSuccess
}

// wasiClockTime reads the call's time, or the virtual clock, which every reading moves.
func wasiClockTime(s *sandbox, m *linear, args []uint64) uint64 {
	at := uint32(args[2])
	switch uint32(args[0]) {
	case 0:
		if !m.WriteUint64Le(at, uint64(s.time().UnixNano())) {
			return errnoFault
		}
	case 1, 2, 3:
		if !m.WriteUint64Le(at, s.virtual) {
			return errnoFault
		}
		s.virtual += virtualStep
	default:
		return errnoInval
	}
	return errnoSuccess
}

// wasiRandom takes bytes from the call's stream.
func wasiRandom(s *sandbox, m *linear, args []uint64) uint64 {
	view, ok := m.Read(uint32(args[0]), uint32(args[1]))
	switch {
	case !ok:
		return errnoFault
	case s.drawn+len(view) > randomTotal:
		return errnoInval
	}
	s.drawn += len(view)
	s.charge(int64(len(view) / wasiBytes))
	s.stream.fill(view)
	return errnoSuccess
}

// wasiExit ends the call, whatever the code: a library that exits has failed.
func wasiExit(s *sandbox, _ *linear, args []uint64) uint64 {
	s.exited = uint32(args[0]) == 0
	return wasiRaise(s, nil, args)
}

// wasiRaise ends the call: there are no signals.
func wasiRaise(s *sandbox, _ *linear, args []uint64) uint64 {
	s.end(&Error{Code: fault.GuestExit, Message: "the guest exited", Details: map[string]any{"code": int64(uint32(args[0]))}})
	return errnoSuccess
}
