// Package hostile holds modules that try to harm their host or their neighbours, and what must become of each. Most are
// text, in corpus; those that no assembler makes are built by the gen files. A header says what is expected:
//
//	what      one sentence
//	expect    a code; codes of findings, all of which must be found; `answer JSON`; `refusal CODE` of the handler; or fine, where
//	          there is nothing to find, but it would be compiled for long
//	differs   what the engine says now instead of what is expected, where it cannot do better yet
//	d         yes: it never ends. With little fuel it ends with FUEL_EXHAUSTED, with ample fuel with DEADLINE
//	init      with BACKEND_INIT: the code of the end behind it
//	fuel      ample: more than calls get by themselves
//	units     how much little or ample fuel is, where the usual amount is not telling
//	abi       extism; else the native one
//	profile   strict; else standard
//	memory    limit of the memory in pages
//	deny      all: the manifest gives no grants
//	handlers  exports that declarations name
//	host      what the host answers to operations: echo, large or huge
//	logs      kept or cut: that there are log lines, and whether some were dropped
//	within    how long looking at the binary may take
//	flags     options of the assembler
//	driver    the test that calls it, where one call is not enough
//	note      what else one should know
package hostile

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Guest is a hostile module.
type Guest struct {
	Name string
	Head map[string]string
	Make func() []byte
}

var keys = []string{"what", "expect", "differs", "d", "init", "fuel", "units", "abi", "profile", "memory", "deny", "handlers", "host", "logs",
	"within", "flags", "driver", "note"}

// Corpus answers the guests of a folder, by name.
func Corpus(dir string) ([]Guest, error) {
	sources, err := filepath.Glob(filepath.Join(dir, "*.wat"))
	if err != nil {
		return nil, err
	}
	var out []Guest
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			return nil, err
		}
		head, err := header(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
		bin, err := os.ReadFile(strings.TrimSuffix(source, ".wat") + ".wasm")
		if err != nil {
			return nil, err
		}
		out = append(out, Guest{strings.TrimSuffix(filepath.Base(source), ".wat"), head, func() []byte { return bin }})
	}
	return out, nil
}

// Generated answers the guests that are built here.
func Generated() []Guest {
	return slices.Concat(floods(), slow(), chains(), floats(), malformed(), crowds())
}

// header reads the lines `;; key: value` that a text begins with.
func header(text string) (map[string]string, error) {
	head := map[string]string{}
	for line := range strings.Lines(text) {
		line, ok := strings.CutPrefix(strings.TrimSpace(line), ";; ")
		if !ok {
			break
		}
		key, value, ok := strings.Cut(line, ": ")
		if _, twice := head[key]; !ok || twice || !slices.Contains(keys, key) {
			return nil, fmt.Errorf("the header has the line %q", line)
		}
		head[key] = value
	}
	if head["what"] == "" || head["expect"] == "" && head["d"] == "" && head["driver"] == "" {
		return nil, fmt.Errorf("the header says too little: %v", slices.Sorted(maps.Keys(head)))
	}
	return head, nil
}

// built makes a guest of a header in the form of the text files.
func built(name, head string, build func() []byte) Guest {
	lines := ""
	for line := range strings.Lines(strings.TrimSpace(head)) {
		lines += ";; " + strings.TrimSpace(line) + "\n"
	}
	h, err := header(lines)
	if err != nil {
		panic(name + ": " + err.Error())
	}
	return Guest{name, h, build}
}
