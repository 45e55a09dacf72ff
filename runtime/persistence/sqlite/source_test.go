package sqlite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// collectionTable matches the name of a collection's table, or the beginning of one that is put together.
var collectionTable = regexp.MustCompile(`\bapp_[a-z0-9_]*_[0-9a-f]{8}__|(?i)\b(FROM|INTO|UPDATE|TABLE|JOIN)\s+app_`)

// catalogTable matches the tables from which the names could be had.
var catalogTable = regexp.MustCompile(`\bmz_(collections|keys|indexes)\b`)

// Only stores know the tables of collections, and only statements of rowsql, which take a scope, and what makes the tables name them.
// Anyone else would go around the scope.
func TestNobodyElseNamesACollectionsTable(t *testing.T) {
	t.Parallel()
	root := repository(t)
	stores := filepath.Join("runtime", "persistence")
	read, found := 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		inside := slices.Contains([]string{"sqlite", "postgres", "rowsql"}, strings.TrimPrefix(filepath.Dir(name), stores+string(filepath.Separator)))
		texts, err := literals(path)
		if err != nil {
			return nil //nolint:nilerr // what does not parse does not run
		}
		read++
		for _, text := range texts {
			if !collectionTable.MatchString(text) && !catalogTable.MatchString(text) {
				continue
			}
			if inside {
				found++
				continue
			}
			t.Errorf("%s names a table of the collections: %.80q", name, text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 50 || found == 0 {
		t.Errorf("looked at %d files, found %d names where they belong: the search is broken", read, found)
	}
}

// A table's name goes into a statement in rowsql, where a scope is needed, and where tables are made.
func TestStatementsOnCollectionsAreMadeInOnePlace(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range []string{"*.go", "../postgres/*.go", "../rowsql/*.go"} {
		some, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, some...)
	}
	users := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Table" {
				users[file] = true
			}
			return true
		})
	}
	for file := range users {
		if base := filepath.Base(file); base != "rowsql.go" && base != "maker.go" && base != "drift.go" && base != "migrate.go" {
			t.Errorf("%s uses a collection's table", file)
		}
	}
	if !users["../rowsql/rowsql.go"] {
		t.Error("rowsql does not: the search is broken")
	}
}

func literals(path string) (texts []string, err error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return nil, err
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if text, err := strconv.Unquote(l.Value); err == nil {
				texts = append(texts, text)
			}
		}
		return true
	})
	return texts, nil
}

// repository answers the folder of the module that this package belongs to.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above")
		}
		dir = filepath.Dir(dir)
	}
}
