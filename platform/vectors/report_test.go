package vectors_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/vectors"
)

// twoModules is a report of three tests in two modules, with a note, and with characters that need care in XML.
func twoModules() *vectors.Report {
	bad := []diagnostic.Finding{
		{Code: fault.TestFailed, Severity: diagnostic.Error, File: "a/tests/t.yaml", Line: 3, Column: 32, Path: "$.tests[1].expect.output",
			Message: "bad: the output at $.n: expected <1> & \"2\", got \x01", Hint: "mend the module, or the expectation"},
		{Code: fault.TestNondeterministic, Severity: diagnostic.Error, File: "a/tests/t.yaml", Line: 3, Column: 5, Path: "$.tests[1]",
			Message: "bad: the output differs between two runs", Hint: "take time, ids and random numbers from the host"},
	}
	note := diagnostic.Finding{Code: fault.TestUncovered, Severity: diagnostic.Note, File: "a/module.yaml", Line: 4, Column: 10, Path: "$.actions[0].id",
		Message: "no test calls the action x", Hint: "add a test that does"}
	return &vectors.Report{
		Results: []vectors.Result{
			{Module: "a", ID: "good", File: "a/tests/t.yaml", Line: 2, OK: true, Fuel: 1234, Elapsed: 1500 * time.Microsecond},
			{Module: "a", ID: "bad", File: "a/tests/t.yaml", Line: 3, Fuel: 5, Elapsed: 2 * time.Second, Findings: bad},
			{Module: "b", ID: "good", File: "b/tests/t.yaml", Line: 2, OK: true, Fuel: 7, Elapsed: time.Millisecond},
		},
		Findings: append([]diagnostic.Finding{note}, bad...),
	}
}

func TestReportsAreWrittenAsTheGoldenFiles(t *testing.T) {
	t.Parallel()
	source := func(file string) []byte {
		if file == "a/tests/t.yaml" {
			return []byte("tests:\n  - {id: good}\n  - {id: bad, expect: {output: 1}}\n")
		}
		return nil
	}
	for name, write := range map[string]func(*vectors.Report, io.Writer) error{
		"report.txt":  func(r *vectors.Report, w io.Writer) error { return r.WriteText(w, source) },
		"report.json": (*vectors.Report).WriteJSON,
		"report.xml":  (*vectors.Report).WriteJUnit,
		"empty.txt":   func(_ *vectors.Report, w io.Writer) error { return (&vectors.Report{}).WriteText(w, source) },
		"empty.json":  func(_ *vectors.Report, w io.Writer) error { return (&vectors.Report{}).WriteJSON(w) },
		"empty.xml":   func(_ *vectors.Report, w io.Writer) error { return (&vectors.Report{}).WriteJUnit(w) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got bytes.Buffer
			if err := write(twoModules(), &got); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("got\n%s\nwant\n%s", &got, want)
			}
		})
	}
}

func TestJUnitIsWellFormedAndCountsItsCases(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := twoModules().WriteJUnit(&out); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(out.Bytes())); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	type suite struct {
		Name     string `xml:"name,attr"`
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Cases    []struct {
			Failure *struct {
				Message string `xml:"message,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
		} `xml:"testcase"`
	}
	var all struct {
		Tests    int     `xml:"tests,attr"`
		Failures int     `xml:"failures,attr"`
		Suites   []suite `xml:"testsuite"`
	}
	if err := xml.Unmarshal(out.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	tests, failures := 0, 0
	for _, s := range all.Suites {
		n := 0
		for _, c := range s.Cases {
			if c.Failure != nil {
				n++
			}
		}
		if s.Tests != len(s.Cases) || s.Failures != n {
			t.Errorf("%s counts %d tests and %d failures, and has %d and %d", s.Name, s.Tests, s.Failures, len(s.Cases), n)
		}
		tests, failures = tests+len(s.Cases), failures+n
	}
	if all.Tests != tests || all.Failures != failures || tests != 3 || failures != 1 {
		t.Errorf("%+v", all)
	}
	f := all.Suites[0].Cases[1].Failure
	if f.Message != "bad: the output at $.n: expected <1> & \"2\", got \uFFFD" || strings.Count(f.Text, "\n") != 1 {
		t.Errorf("%+v", f)
	}
}

// A report in JSON has no times, so what is run twice is written alike.
func TestTheJSONOfTwoRunsIsTheSame(t *testing.T) {
	t.Parallel()
	dir := probe(t, "  - {id: good, when: {action: tell_all}, expect: {}}\n  - {id: bad, when: {action: tell_all}, expect: {events: []}}\n")
	write := func() string {
		var out bytes.Buffer
		if err := run(t, dir, vectors.Options{}).WriteJSON(&out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	one, two := write(), write()
	if one != two {
		t.Errorf("got\n%s\nand\n%s", one, two)
	}
	var v struct {
		OK             bool
		Passed, Failed int
		Tests          []vectors.Result
	}
	if err := json.Unmarshal([]byte(one), &v); err != nil || v.OK || v.Passed != 1 || v.Failed != 1 || len(v.Tests) != 2 ||
		v.Tests[0].Fuel == 0 || v.Tests[0].Fuel != v.Tests[1].Fuel {
		t.Errorf("%v %+v", err, v)
	}
}
