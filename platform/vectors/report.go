package vectors

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/diagnostic"
)

// SchemaVersion names the form of a report that WriteJSON writes.
const SchemaVersion = "mozaiks.test.v1"

// Report is what the tests of some modules came to.
type Report struct {
	Results  []Result
	Findings []diagnostic.Finding // those of checks included
}

// Counts answers how many tests passed and failed.
func (r *Report) Counts() (passed, failed int) {
	for _, x := range r.Results {
		if x.OK {
			passed++
		} else {
			failed++
		}
	}
	return passed, failed
}

// WriteJSON writes the report for programs. Equal reports give equal bytes: times are left out.
func (r *Report) WriteJSON(w io.Writer) error {
	passed, failed := r.Counts()
	errors, _ := diagnostic.Count(r.Findings)
	doc := struct {
		SchemaVersion string               `json:"schema_version"`
		OK            bool                 `json:"ok"`
		Passed        int                  `json:"passed"`
		Failed        int                  `json:"failed"`
		Tests         []Result             `json:"tests"`
		Diagnostics   []diagnostic.Finding `json:"diagnostics"`
	}{SchemaVersion, failed == 0 && errors == 0, passed, failed, r.Results, r.Findings}
	if doc.Tests == nil {
		doc.Tests = []Result{}
	}
	if doc.Diagnostics == nil {
		doc.Diagnostics = []diagnostic.Finding{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

// WriteText writes the findings as a check does, and how many tests passed.
func (r *Report) WriteText(w io.Writer, sources func(file string) []byte) error {
	if err := diagnostic.WriteFindings(w, r.Findings, sources); err != nil {
		return err
	}
	passed, failed := r.Counts()
	_, err := fmt.Fprintf(w, "%d of %d tests passed\n", passed, passed+failed)
	return err
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the report for what reads JUnit's XML: a suite for each module.
func (r *Report) WriteJUnit(w io.Writer) error {
	all := junitSuites{}
	_, all.Failures = r.Counts()
	all.Tests = len(r.Results)
	index := map[string]int{}
	var seconds []float64
	for _, x := range r.Results {
		at, there := index[x.Module]
		if !there {
			at = len(all.Suites)
			index[x.Module] = at
			all.Suites = append(all.Suites, junitSuite{Name: x.Module})
			seconds = append(seconds, 0)
		}
		s := &all.Suites[at]
		s.Tests++
		seconds[at] += x.Elapsed.Seconds()
		c := junitCase{Name: x.ID, Class: x.Module, File: x.File, Line: x.Line, Time: fmt.Sprintf("%.3f", x.Elapsed.Seconds())}
		if !x.OK {
			s.Failures++
			var text []string
			for _, f := range x.Findings {
				text = append(text, fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Code, f.Message))
			}
			c.Failure = &junitFailure{Type: string(x.Findings[0].Code), Message: x.Findings[0].Message, Text: strings.Join(text, "\n")}
		}
		s.Cases = append(s.Cases, c)
	}
	for i := range all.Suites {
		all.Suites[i].Time = fmt.Sprintf("%.3f", seconds[i])
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
