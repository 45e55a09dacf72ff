package conformance

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestPluginsOfEachToolchainAreSeenAlike(t *testing.T) {
	cache := t.TempDir()
	for file, binary := range ownPlugins(t) {
		for _, c := range commonCases {
			t.Run(file+"/"+c.name, func(t *testing.T) { c.compare(t, cache, binary) })
		}
	}
}

func TestEachFunctionIsSeenAlike(t *testing.T) {
	cache, binary := t.TempDir(), ownPlugins(t)["c.wasm"]
	for _, c := range functionCases {
		t.Run(c.name, func(t *testing.T) { c.compare(t, cache, binary) })
	}
}

// ownPlugins are the binaries that build.sh makes.
func ownPlugins(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("plugins/*.wasm")
	if err != nil || len(files) != 4 {
		t.Fatalf("plug-ins: %v, %v; there should be one for each toolchain", files, err)
	}
	return readAll(t, files)
}

// sizes are texts with and without a part of a word at their end, and one of several pages.
var sizes = []string{"", "1234567", "12345678", "123456789", strings.Repeat("ä€😀\x00", 20_000)}

var page = []string{`{"url":"https://site.example/page","method":"get","headers":{"X-Plugin":"yes"}}`}

// commonCases are what each plug-in can do.
var commonCases = []pluginCase{
	{name: "nothing", export: "nothing", inputs: []string{"", "x", ""}},
	{name: "echo", export: "echo", inputs: sizes, want: sizes},
	{name: "setting", export: "greet", inputs: []string{"", ""}, config: map[string]string{"greeting": "Good day"},
		want: []string{"Good day"}},
	{name: "empty setting", export: "greet", inputs: once, config: map[string]string{"greeting": ""}, want: []string{"no greeting"}},
	{name: "no setting", export: "greet", inputs: once, want: []string{"no greeting"}},
	{name: "variable", export: "count", inputs: []string{"", "", ""}, want: []string{"1", "2", "3"}},
	{name: "variable dropped", export: "forget", inputs: once, variables: map[string]string{"count": "1", "other": "2"}},
	{name: "error", export: "fail", inputs: []string{"what went wrong: ä", `{"error":{"code":"not_found"}}`, ""},
		want: []string{"what went wrong: ä", "not_found"}},
	{name: "log at debug", export: "speak", inputs: once, level: "debug", want: []string{"debug: a debug line"}},
	{name: "log at warn", export: "speak", inputs: []string{"", ""}, level: "warn", want: []string{"warn: a warn line"}},
	{name: "HTTP", export: "fetch", inputs: page, hosts: []string{"site.example"}, want: []string{`GET site.example/page`}},
	{name: "HTTP missing", export: "fetch", inputs: []string{`{"url":"https://site.example/missing"}`},
		hosts: []string{"site.example"}, want: []string{"nothing here"}},
	{name: "HTTP denied", export: "fetch", inputs: page},
}

// functionCases use the functions that PDKs use rarely, and ways to end a call.
var functionCases = []pluginCase{
	{name: "no result", export: "silent", inputs: []string{"", "x"}},
	{name: "input by its block", export: "echo_offset", inputs: sizes[1:], want: sizes[1:]},
	{name: "return value without a text", export: "fail_quietly", inputs: once},
	{name: "error beside an output", export: "fail_and_answer", inputs: once, want: []string{"an error"}},
	{name: "error taken back", export: "take_back", inputs: once},
	{name: "error whose block is freed", export: "freed_error", inputs: once},
	{name: "output whose block is freed", export: "freed_output", inputs: once, want: []string{"still there"}},
	{name: "last output counts", export: "last_output", inputs: once, want: []string{"second"}},
	{name: "another input", export: "other_input", inputs: []string{"an input"}, want: []string{"another input"}},
	{name: "input whose block is freed", export: "freed_input", inputs: []string{"an input"}},
	{name: "reset in a call", export: "start_over", inputs: []string{"an input", ""}, want: []string{"after reset"}},
	{name: "handles that are none", export: "handles", inputs: once},
	{name: "many blocks", export: "many", inputs: []string{"", "x"}},
	{name: "HTTP with a body", export: "post", hosts: []string{"site.example"},
		inputs: []string{`{"url":"https://site.example/echo","method":"post"}`}, want: []string{`POST site.example/echo`}},
	{name: "HTTP with a binary answer", export: "fetch", hosts: []string{"site.example"},
		inputs: []string{`{"url":"https://site.example/binary"}`}, want: []string{"\x00\xff\x80\n"}},
	{name: "HTTP request that is none", export: "fetch", inputs: []string{"no JSON", "[]", `{"url":1}`}, hosts: []string{"site.example"}},
	{name: "exit 0", export: "leave", inputs: once, want: []string{"left early"}},
	{name: "exit 3", export: "leave_failing", inputs: once},
	{name: "trap", export: "give_up", inputs: once},
}
