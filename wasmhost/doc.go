// Package wasmhost is the engine: it turns the bytes of an untrusted WebAssembly module into a sandbox, and calls it.
//
//	bytes -> Inspect -> Meter -> Compile -> Freeze -> Pool -> Call
//
// It knows no tenants, no database and no HTTP: the operations a guest may ask for come from the caller, as a Host.
// What each step does, and what is still to come, is in DESIGN.md beside this file.
package wasmhost
