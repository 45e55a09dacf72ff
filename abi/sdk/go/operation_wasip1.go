package mozaiks

import "unsafe"

// The operations. Each is a function and an import of its own, so that the linker leaves out those that a module does not
// use: a module may import no operation that it was not granted.

//go:wasmimport mozaiks_v1 context
func hostContext(request unsafe.Pointer, n uint32) uint64

//go:wasmimport mozaiks_v1 settings_get
func hostSettingsGet(request unsafe.Pointer, n uint32) uint64

//go:wasmimport mozaiks_v1 data_get
func hostDataGet(request unsafe.Pointer, n uint32) uint64

//go:wasmimport mozaiks_v1 data_query
func hostDataQuery(request unsafe.Pointer, n uint32) uint64

//go:wasmimport mozaiks_v1 data_count
func hostDataCount(request unsafe.Pointer, n uint32) uint64

//go:wasmimport mozaiks_v1 data_write
func hostDataWrite(request unsafe.Pointer, n uint32) uint64

//go:wasmimport mozaiks_v1 event_emit
func hostEventEmit(request unsafe.Pointer, n uint32) uint64

//go:wasmimport mozaiks_v1 log
func hostLog(request unsafe.Pointer, n uint32) uint64

//go:wasmimport mozaiks_v1 clock
func hostClock(request unsafe.Pointer, n uint32) uint64

//go:wasmimport mozaiks_v1 random
func hostRandom(request unsafe.Pointer, n uint32) uint64

func opContext(_ bridge, request []byte) []byte     { return carry(hostContext, request) }
func opSettingsGet(_ bridge, request []byte) []byte { return carry(hostSettingsGet, request) }
func opDataGet(_ bridge, request []byte) []byte     { return carry(hostDataGet, request) }
func opDataQuery(_ bridge, request []byte) []byte   { return carry(hostDataQuery, request) }
func opDataCount(_ bridge, request []byte) []byte   { return carry(hostDataCount, request) }
func opDataWrite(_ bridge, request []byte) []byte   { return carry(hostDataWrite, request) }
func opEventEmit(_ bridge, request []byte) []byte   { return carry(hostEventEmit, request) }
func opLog(_ bridge, request []byte) []byte         { return carry(hostLog, request) }
func opClock(_ bridge, request []byte) []byte       { return carry(hostClock, request) }
func opRandom(_ bridge, request []byte) []byte      { return carry(hostRandom, request) }
