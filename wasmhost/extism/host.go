package extism

import (
	"github.com/mozaiks/mozaiks/abi"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// Host is what a kernel needs of the engine, for one instance. A method may end the guest's call by a panic of the
// engine's own; Trap and Refuse always do.
type Host interface {
	// Charge takes units of fuel, and ends the call if there are not enough.
	Charge(units int64)
	// Operation answers an operation of the ABI: the value of `ok`, empty for null, or an error value. It charges for
	// itself and keeps its limits, as for a guest of the native ABI. request is valid until it returns.
	Operation(name string, request []byte) ([]byte, *abi.Error)
	// Setting answers a declared setting as text: a text as it is, any other value as JSON.
	Setting(id string) (value string, ok bool)
	// Log takes a line of level debug, info, warn or error. Past a limit it drops the line: the guest is not told.
	Log(level, message string)
	// LogLevel is the least level that is kept: 1 for debug to 4 for error.
	LogLevel() int
	// Trap ends the call as a failure of the guest.
	Trap(code fault.Code, message string, details map[string]any)
	// Refuse ends the call as if the guest had answered err.
	Refuse(err *abi.Error)
}

// fail ends the call because a function that cannot report failed: with the error itself where trying again may help.
func (k *Kernel) fail(function string, err *abi.Error) {
	if err.Code.Retryable() {
		k.host.Refuse(err)
	}
	k.host.Trap(fault.ExtismHostError, function+": "+err.Message, map[string]any{"function": function, "error": string(err.Code)})
}

// outside ends the call because of an address that is not in the arena.
func (k *Kernel) outside(function string, at uint64) {
	k.host.Trap(fault.GuestMemoryBounds, function+": outside of what was allocated",
		map[string]any{"function": function, "address": int64(at)})
}

func arenaFull(limit uint64) *abi.Error {
	return &abi.Error{Code: abi.CodeLimitExceeded, Message: "the arena is full", Details: map[string]any{"limit": int64(limit)}}
}
