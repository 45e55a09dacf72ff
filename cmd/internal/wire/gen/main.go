// Command gen writes docs/reference/configuration.md from the struct of settings: names, defaults and comments are its own.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os"
	"reflect"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: gen CONFIG.go PAGE.md")
	}
	file, err := parser.ParseFile(token.NewFileSet(), os.Args[1], nil, parser.ParseComments)
	if err != nil {
		log.Fatal(err)
	}
	var page bytes.Buffer
	page.WriteString("# Configuration\n\nGenerated from the program's settings; do not edit. All come from the environment, are read once and " +
		"checked whole before\nanything is opened. Sizes are written `64KiB`, `1MiB`, `4GiB`, times `250ms`, `30s`, `10m`, `24h`, `7d`. An unknown " +
		"name that\nbegins `MOZAIKS_` is an error.\n\n| variable | default | meaning |\n|---|---|---|\n")
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != "Config" {
			return true
		}
		for _, f := range spec.Type.(*ast.StructType).Fields.List {
			row(&page, f)
		}
		return false
	})
	if err := os.WriteFile(os.Args[2], page.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

func row(page *bytes.Buffer, f *ast.Field) {
	raw, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		log.Fatal(err)
	}
	tag := reflect.StructTag(raw)
	meaning := strings.Join(strings.Fields(f.Doc.Text()+" "+f.Comment.Text()), " ")
	if words := strings.SplitN(meaning, " ", 2); len(words) == 2 && words[0] == f.Names[0].Name {
		meaning = words[1]
	}
	if meaning == "" {
		meaning = "the limit of its name; docs/reference/codes.md says what refuses beyond it"
	}
	value := "unset"
	if d := tag.Get("envDefault"); d != "" {
		value = "`" + d + "`"
	}
	fmt.Fprintf(page, "| `%s` | %s | %s |\n", tag.Get("env"), value, strings.ReplaceAll(meaning, "|", "\\|"))
}
