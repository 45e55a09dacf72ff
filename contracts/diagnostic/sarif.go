package diagnostic

import (
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/mozaiks/mozaiks/contracts/fault"
)

// The form of what WriteSARIF writes.
const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://json.schemastore.org/sarif-2.1.0.json"
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool       `json:"tool"`
	ColumnKind string          `json:"columnKind"`
	Results    []sarifResult   `json:"results"`
	Properties sarifProperties `json:"properties"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name            string      `json:"name"`
	SemanticVersion string      `json:"semanticVersion,omitempty"`
	Rules           []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string    `json:"id"`
	ShortDescription sarifText `json:"shortDescription"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID     string           `json:"ruleId"`
	RuleIndex  int              `json:"ruleIndex"`
	Level      string           `json:"level"`
	Message    sarifText        `json:"message"`
	Locations  []sarifLocation  `json:"locations"`
	Properties sarifFindingMore `json:"properties"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
}

type sarifFindingMore struct {
	Path string `json:"path"`
	Hint string `json:"hint"`
}

type sarifProperties struct {
	Errors    int  `json:"errors"`
	Warnings  int  `json:"warnings"`
	Truncated bool `json:"truncated"`
}

// WriteSARIF writes the report as SARIF 2.1.0, for code hosts and editors. version is the program's, "" where it is no semantic
// version. Equal reports give equal bytes.
func WriteSARIF(w io.Writer, r *Report, version string) error {
	findings, truncated := r.written()
	errors, warnings := Count(r.Findings)
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "mozaiks", SemanticVersion: version, Rules: []sarifRule{}}},
		ColumnKind: "unicodeCodePoints", Results: []sarifResult{}, Properties: sarifProperties{errors, warnings, truncated}}
	rules := map[fault.Code]int{}
	var codes []fault.Code
	for _, f := range findings {
		if _, there := rules[f.Code]; !there {
			rules[f.Code] = 0
			codes = append(codes, f.Code)
		}
	}
	slices.Sort(codes)
	for i, c := range codes {
		info, _ := fault.Lookup(c)
		rules[c] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{string(c), sarifText{info.Meaning}})
	}
	for _, f := range findings {
		run.Results = append(run.Results, sarifOf(f, rules[f.Code]))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(sarifLog{sarifSchema, sarifVersion, []sarifRun{run}})
}

func sarifOf(f Finding, rule int) sarifResult {
	at := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{fileURI(f.File)}}}
	if f.Line > 0 {
		at.Physical.Region = &sarifRegion{f.Line, max(1, f.Column)}
	}
	if f.Path != "" {
		at.Logical = []sarifLogical{{f.Path}}
	}
	return sarifResult{RuleID: string(f.Code), RuleIndex: rule, Level: string(f.Severity), Message: sarifText{f.Message},
		Locations: []sarifLocation{at}, Properties: sarifFindingMore{f.Path, f.Hint}}
}

// fileURI writes a path as a reference that is relative unless the path is not.
func fileURI(file string) string {
	segments := strings.Split(file, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	uri := strings.Join(segments, "/")
	if strings.HasPrefix(uri, "/") {
		return "file://" + uri
	}
	return strings.Replace(uri, ":", "%3A", 1) // else the first segment could be a scheme
}
