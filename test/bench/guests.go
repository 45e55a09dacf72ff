package main

import (
	"embed"
	"fmt"
)

//go:embed guests/*.wasm
var binaries embed.FS

// guests are the named ones, with how much work each is given: about 20 to 60 ms of it.
var guests = []struct {
	name string
	n    int
}{
	{"c-spin", 20_000}, {"c-fib", 34}, {"c-sha256", 4_000}, {"c-matmul", 20}, {"zig-sort", 200_000}, {"rust-json", 300},
	{"rust-upper", 1_800}, {"as-upper", 20_000}, {"go-json", 20}, {"go-template", 35},
}

func binaryOf(name string) []byte {
	data, err := binaries.ReadFile("guests/" + name + ".wasm")
	if err != nil {
		panic(err) // it is part of this program
	}
	return data
}

// work is the input that asks a guest for so much work.
func work(n int) []byte { return fmt.Appendf(nil, `{"n":%d}`, n) }
