// Command gen writes docs/reference/operations.md from the table of operations.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/mozaiks/mozaiks/abi"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: gen PAGE.md")
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Host operations\n\nGenerated from the table in `abi/operations.go`; do not edit. A guest imports an operation as `%s.<name>`, of type\n"+
		"`(request_ptr i32, request_len i32) -> i64`, and gets `ptr << 32 | len` of an answer: `{\"ok\": value}` or\n"+
		"`{\"error\": {\"code\", \"message\", \"details\"}}`. `?` marks optional members, `=` their defaults. Every operation may answer\n"+
		"`invalid_argument`, `limit_exceeded` and `internal`, and, where it waits, `busy`, `timeout` and `unavailable`.\n", abi.Module)
	for _, op := range abi.Operations() {
		grant := "none"
		if op.Grant != "" {
			grant = "`" + op.Grant + "`"
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| | |\n|---|---|\n| grant | %s |\n| allowed in | %s |\n| request | `%s` |\n| answer | `%s` |\n",
			op.Name, op.Summary, grant, effects(op.Effects), escape(op.Request), escape(op.Response))
		if len(op.Errors) > 0 {
			fmt.Fprintf(&b, "| further errors | %s |\n", codes(op.Errors))
		}
		fmt.Fprintf(&b, "| base fuel | %d |\n", op.Fuel)
		if op.FuelEach > 0 {
			fmt.Fprintf(&b, "| fuel for each of `ops` | %d |\n", op.FuelEach)
		}
	}
	if err := os.WriteFile(os.Args[1], b.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

func effects(e abi.Effects) string {
	var words []string
	for _, x := range []struct {
		bit  abi.Effects
		word string
	}{{abi.InRead, "read"}, {abi.InWrite, "write"}, {abi.InExternal, "external"}} {
		if e&x.bit != 0 {
			words = append(words, "`"+x.word+"`")
		}
	}
	return strings.Join(words, ", ")
}

func codes(list []abi.Code) string {
	words := make([]string, len(list))
	for i, c := range list {
		words[i] = "`" + string(c) + "`"
	}
	return strings.Join(words, ", ")
}

func escape(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
