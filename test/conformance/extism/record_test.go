package conformance

import (
	"context"
	"maps"
)

// plugin is one binary with what its host gives it.
type plugin struct {
	binary  []byte
	cache   string // directory for compiled code
	config  map[string]string
	level   string   // least level of log lines: debug, info, warn or error
	hosts   []string // that HTTP may reach
	user    []userFunction
	network *network
}

// userFunction is a function that the test's host offers to a plug-in.
type userFunction struct {
	module, name    string
	params, results int // all i64
	call            func(b blocks, stack []uint64)
}

// blocks is what a user function may do with the memory that it shares with a plug-in.
type blocks interface {
	read(h uint64) []byte
	write(data []byte) uint64
	free(h uint64)
}

// instance is a plug-in made ready by one of the two.
type instance interface {
	// call runs an export. variables are those before; the record has those after.
	call(ctx context.Context, export string, input []byte, variables map[string][]byte) record
	close(ctx context.Context)
}

// maker makes instances.
type maker func(ctx context.Context, p *plugin) (instance, error)

// record is what can be seen of one call.
type record struct {
	// Ended tells that the call ended by a trap or by the host; the text of that is each host's own.
	Ended     bool
	Returned  uint32
	Output    string
	ErrorText string
	Variables map[string]string
	Log       []string
	Requests  []string
}

func textOf(variables map[string][]byte) map[string]string {
	out := map[string]string{}
	for name, v := range variables {
		out[name] = string(v)
	}
	return out
}

func bytesOf(variables map[string]string) map[string][]byte {
	out := map[string][]byte{}
	for name, v := range variables {
		out[name] = []byte(v)
	}
	return out
}

func cloneVariables(variables map[string][]byte) map[string][]byte {
	if variables == nil {
		return map[string][]byte{}
	}
	return maps.Clone(variables)
}
