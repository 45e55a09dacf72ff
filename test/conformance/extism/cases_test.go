package conformance

import (
	"bytes"
	"strings"
)

// pluginCase is a plug-in and the calls that are made to one instance of it.
type pluginCase struct {
	name, file, export string
	inputs             []string
	config             map[string]string
	variables          map[string]string
	level              string // "" for info
	hosts              []string
	user               []userFunction
	addresses          bool     // its log tells where blocks lie
	printed            []string // log lines of the engine for the first call's standard output, which the SDK drops
	want               []string // what each call must show somewhere: output, error text, log or requests
}

// leftOut are the SDK's plug-ins that are not run, with the reason.
var leftOut = map[string]string{
	"fs.wasm":               "needs files",
	"fs_std.wasm":           "needs files",
	"read_write.wasm":       "needs files",
	"lib.wasm":              "is a library of several linked modules",
	"main.wasm":             "imports from another module",
	"count_vowels_std.wasm": "is a program",
	"exit.wasm":             "is a program",
	"std_command.wasm":      "is a program",
	"nested.c.instr.wasm":   "is a program, and imports of an observer",
}

var once = []string{""}

// shippedCases are the calls to the plug-ins that ship with the SDK.
var shippedCases = []pluginCase{
	{name: "alloc", file: "alloc.wasm", export: "run_test", inputs: []string{"", "x", ""}},
	{name: "config set", file: "config.wasm", export: "run_test", inputs: once, config: map[string]string{"thing": "hello"},
		want: []string{`{"config": "hello"}`}},
	{name: "config unset", file: "config.wasm", export: "run_test", inputs: once, want: []string{"<unset by host>"}},
	{name: "count vowels", file: "count_vowels.wasm", export: "count_vowels",
		inputs: []string{"hello world", "aaaaaa", "", "bbbbbbb", strings.Repeat("Yellow ", 1000)},
		config: map[string]string{"vowels": "aeiouyAEIOUY"},
		want:   []string{`"count":3`, `"total":9`, "", `"total":9`, `"count":3000`}},
	{name: "count vowels by default", file: "count_vowels.wasm", export: "count_vowels", inputs: []string{"aaa", "bbba"},
		want: []string{"", `{"count":1,"total":4,"vowels":"aeiouAEIOU"}`}},
	{name: "fail", file: "fail.wasm", export: "run_test", inputs: []string{"", ""}, want: []string{"Some error message"}},
	{name: "hello", file: "hello.wasm", export: "run_test", inputs: []string{"", "ignored"}, want: []string{"Hello, world!"}},
	{name: "hello from Haskell", file: "hello_haskell.wasm", export: "testing", inputs: []string{"John", "", "Ada"},
		config: map[string]string{"greeting": "Howdy"}, want: []string{"Howdy, John", "", "Howdy, Ada"}},
	{name: "host function", file: "host.wasm", export: "run_test", inputs: []string{"", ""}, user: []userFunction{multiply},
		want: []string{"42 x 2 = 84"}},
	{name: "host function with memory", file: "host_memory.wasm", export: "run_test", inputs: []string{"Frodo", "Sam"},
		user: []userFunction{upper}, addresses: true, want: []string{"HELLO FRODO!", "HELLO SAM!"}},
	{name: "host function green", file: "host_multiple.wasm", export: "say_green", inputs: []string{"John Doe"},
		user: greetings, want: []string{"🟢:🫱 Hey from say_green John Doe"}},
	{name: "host function purple", file: "host_multiple.wasm", export: "say_purple", inputs: []string{"Jane Doe"},
		user: greetings, want: []string{"🟣:👋 Hello from say_purple Jane Doe"}},
	{name: "HTTP", file: "http.wasm", export: "run_test", inputs: []string{"", ""}, hosts: []string{"jsonplaceholder.typicode.com"},
		want: []string{"GET jsonplaceholder.typicode.com/todos/1", "delectus aut autem"}},
	{name: "HTTP denied", file: "http.wasm", export: "run_test", inputs: once, hosts: []string{"other.example"}},
	{name: "HTTP headers", file: "http_headers.wasm", export: "http_get", hosts: []string{"extism.org"},
		inputs: []string{`{"url":"https://extism.org"}`, `{"url":"https://extism.org/missing"}`, `{"url":"https://extism.org/empty"}`},
		want:   []string{`"x-twice":"one,two"`, "nosniff", "GET extism.org/empty"}},
	{name: "HTTP headers denied", file: "http_headers.wasm", export: "http_get", inputs: []string{`{"url":"https://extism.org"}`, "x"}},
	{name: "input offset", file: "input_offset.wasm", export: "input_offset_length", inputs: []string{"hello world", "x", ""},
		want: []string{"\x0b", "\x01"}},
	{name: "log at debug", file: "log.wasm", export: "run_test", inputs: once, level: "debug", want: []string{"this is a debug log"}},
	{name: "log at info", file: "log.wasm", export: "run_test", inputs: once, level: "info", want: []string{"this is an info log"}},
	{name: "log at warn", file: "log.wasm", export: "run_test", inputs: once, level: "warn", want: []string{"this is a warning log"}},
	{name: "log at error", file: "log.wasm", export: "run_test", inputs: once, level: "error", want: []string{"this is an error log"}},
	{name: "nothing", file: "noop.wasm", export: "run_test", inputs: []string{"", "x", ""}},
	{name: "print", file: "println.wasm", export: "run_test", inputs: []string{"text", ""},
		printed: []string{"info: this was printed from the plugin text"}},
	{name: "replace", file: "replace.wasm", export: "run_test",
		inputs: []string{"a test of it", "", strings.Repeat("BYwnOjWhprPmDncp8 test ", 2000), "none"},
		want:   []string{"a wasm of it", "", "BYwnOjWhprPmDncp8 wasm BYwnOjWhprPmDncp8", "none"}},
	{name: "sleep without sleep", file: "sleep.wasm", export: "run_test", inputs: once, config: map[string]string{"duration": "0"},
		want: []string{"slept for 0 seconds"}},
	{name: "variables", file: "var.wasm", export: "run_test", inputs: []string{"", "", ""},
		variables: map[string]string{"a": "\x0a\x00\x00\x00"}},
	{name: "variables unset", file: "var.wasm", export: "run_test", inputs: once},
}

var multiply = userFunction{"extism:host/user", "mult", 2, 1, func(_ blocks, stack []uint64) {
	stack[0] = uint64(uint32(int32(stack[0]) * int32(stack[1])))
}}

var upper = userFunction{"host", "to_upper", 1, 1, func(b blocks, stack []uint64) {
	data := bytes.ToUpper(b.read(stack[0]))
	b.free(stack[0])
	stack[0] = b.write(data)
}}

var greetings = []userFunction{greeting("hostPurpleMessage", "🟣:"), greeting("hostGreenMessage", "🟢:")}

func greeting(name, mark string) userFunction {
	return userFunction{"extism:host/user", name, 1, 1, func(b blocks, stack []uint64) {
		stack[0] = b.write(append([]byte(mark), b.read(stack[0])...))
	}}
}
