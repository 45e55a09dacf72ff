package document_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/document"
)

// read answers the findings of a decoder over a text as CODE@line:column path lines; warnings end with a w.
func read(t *testing.T, in string, decode func(*document.Record)) string {
	t.Helper()
	r := document.NewReader("x.yaml", document.Limits{MaxItems: 3})
	if top := r.YAML([]byte(in)); top != nil {
		decode(top)
	}
	var out []string
	for _, f := range r.Findings() {
		s := fmt.Sprintf("%s@%d:%d %s", f.Code, f.Line, f.Column, f.Path)
		if f.Severity == "warning" {
			s += " w"
		} else if f.Hint == "" {
			t.Errorf("an error without a hint: %+v", f)
		}
		if f.File != "x.yaml" || f.Message == "" {
			t.Errorf("incomplete: %+v", f)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func TestOneValueHasOneFinding(t *testing.T) {
	t.Parallel()
	text := func(form document.Form, need document.Need) func(*document.Record) {
		return func(o *document.Record) { o.String("a", form, need) }
	}
	long := strings.Repeat("x", 200)
	for name, c := range map[string]struct {
		in     string
		decode func(*document.Record)
		want   string
	}{
		"text":                    {"a: x y", text(document.Text(200), document.Required), ""},
		"text, longest":           {"a: " + long, text(document.Text(200), document.Required), ""},
		"text, too long":          {"a: x" + long, text(document.Text(200), document.Required), "TEXT_FORM@1:4 $.a"},
		"text, empty":             {"a: ''", text(document.Text(200), document.Required), "TEXT_FORM@1:4 $.a"},
		"text, padded":            {"a: 'x '", text(document.Text(200), document.Required), "TEXT_FORM@1:4 $.a"},
		"text, padded by U+2003":  {"a: \"x\\u2003\"", text(document.Text(200), document.Required), "TEXT_FORM@1:4 $.a"},
		"text, line break":        {`a: "x\ny"`, text(document.Text(200), document.Required), "TEXT_FORM@1:4 $.a"},
		"long text, line break":   {`a: "x\ny"`, text(document.Text(2000), document.Required), ""},
		"long text, tab":          {`a: "x\ty"`, text(document.Text(2000), document.Required), "TEXT_FORM@1:4 $.a"},
		"text, number":            {"a: 5", text(document.Text(200), document.Required), "TYPE@1:4 $.a"},
		"text, null":              {"a: null", text(document.Text(200), document.Optional), "TYPE@1:4 $.a"},
		"text, null allowed":      {"a: null", text(document.Text(200), document.Nullable), ""},
		"text, absent":            {"b: 1", text(document.Text(200), document.Optional), ""},
		"text, missing":           {"b: 1", text(document.Text(200), document.Required), "FIELD_MISSING@1:1 $"},
		"name":                    {"a: x" + strings.Repeat("1", 62), text(document.Name, document.Required), ""},
		"name, too long":          {"a: x" + strings.Repeat("1", 63), text(document.Name, document.Required), "ID_PATTERN@1:4 $.a"},
		"name, dash":              {"a: a-b", text(document.Name, document.Required), "ID_PATTERN@1:4 $.a"},
		"name, padded":            {"a: ' A'", text(document.Name, document.Required), "TEXT_FORM@1:4 $.a"},
		"token":                   {"a: a.b-c_1", text(document.Token, document.Required), ""},
		"token, 128":              {"a: a." + strings.Repeat("b", 126), text(document.Token, document.Required), ""},
		"token, 129":              {"a: a." + strings.Repeat("b", 127), text(document.Token, document.Required), "ID_PATTERN@1:4 $.a"},
		"token, two dots":         {"a: a..b", text(document.Token, document.Required), "ID_PATTERN@1:4 $.a"},
		"export":                  {"a: Do_it", text(document.Export, document.Required), ""},
		"export, reserved":        {"a: mozaiks_x", text(document.Export, document.Required), "ID_RESERVED@1:4 $.a"},
		"export, of the account":  {"a: account_erase", text(document.Export, document.Required), "ID_RESERVED@1:4 $.a"},
		"export, digit":           {"a: 1x", text(document.Export, document.Required), "ID_PATTERN@1:4 $.a"},
		"event":                   {"a: domain.b", text(document.Event("domain"), document.Required), ""},
		"event, eight segments":   {"a: domain.b.c.d.e.f.g.h", text(document.Event("domain"), document.Required), ""},
		"event, nine segments":    {"a: domain.b.c.d.e.f.g.h.i", text(document.Event("domain"), document.Required), "ID_PATTERN@1:4 $.a"},
		"event, one segment":      {"a: domain", text(document.Event("domain"), document.Required), "ID_PATTERN@1:4 $.a"},
		"event, namespace first":  {"a: app.X", text(document.Event("domain"), document.Required), "EVENT_NAMESPACE@1:4 $.a"},
		"path":                    {"a: a.B.0_1", text(document.Path, document.Required), ""},
		"path, eight":             {"a: a.b.c.d.e.f.g.h", text(document.Path, document.Required), ""},
		"path, nine":              {"a: a.b.c.d.e.f.g.h.i", text(document.Path, document.Required), "PAYLOAD_PATH@1:4 $.a"},
		"path, brackets":          {"a: a[0]", text(document.Path, document.Required), "PAYLOAD_PATH@1:4 $.a"},
		"enum":                    {"a: x", text(document.Enum("x", "y"), document.Required), ""},
		"enum, blank":             {"a: ' '", text(document.Enum("x", "y"), document.Required), "ENUM@1:4 $.a"},
		"enum, number":            {"a: 1", text(document.Enum("1"), document.Required), "TYPE@1:4 $.a"},
		"int, least":              {"a: 1", func(o *document.Record) { o.Int("a", 1, 5, 0) }, ""},
		"int, most":               {"a: 5", func(o *document.Record) { o.Int("a", 1, 5, 0) }, ""},
		"int, below":              {"a: 0", func(o *document.Record) { o.Int("a", 1, 5, 0) }, "RANGE@1:4 $.a"},
		"int, above":              {"a: 6", func(o *document.Record) { o.Int("a", 1, 5, 0) }, "RANGE@1:4 $.a"},
		"int, far above":          {"a: 99999999999999999999", func(o *document.Record) { o.Int("a", 1, 5, 0) }, "RANGE@1:4 $.a"},
		"int, float":              {"a: 1.0", func(o *document.Record) { o.Int("a", 1, 5, 0) }, "TYPE@1:4 $.a"},
		"int, infinite":           {"a: .inf", func(o *document.Record) { o.Int("a", 1, 5, 0) }, "TYPE@1:4 $.a"},
		"int, text":               {"a: '1'", func(o *document.Record) { o.Int("a", 1, 5, 0) }, "TYPE@1:4 $.a"},
		"int, boolean":            {"a: true", func(o *document.Record) { o.Int("a", 1, 5, 0) }, "TYPE@1:4 $.a"},
		"bool":                    {"a: true", func(o *document.Record) { o.Bool("a", 0) }, ""},
		"bool, yes":               {"a: yes", func(o *document.Record) { o.Bool("a", 0) }, "TYPE@1:4 $.a"},
		"bool, number":            {"a: 0", func(o *document.Record) { o.Bool("a", 0) }, "TYPE@1:4 $.a"},
		"list, at its limit":      {"a: [x, y, z]", func(o *document.Record) { o.Strings("a", document.Name, 0) }, ""},
		"list, above its limit":   {"a: [x, y, z, u]", func(o *document.Record) { o.Strings("a", document.Name, 0) }, "COUNT_LIMIT@1:4 $.a"},
		"list, not one":           {"a: x", func(o *document.Record) { o.Strings("a", document.Name, 0) }, "TYPE@1:4 $.a"},
		"list, object":            {"a: {}", func(o *document.Record) { o.Strings("a", document.Name, 0) }, "TYPE@1:4 $.a"},
		"list, empty":             {"a: []", func(o *document.Record) { o.Strings("a", document.Name, 0) }, ""},
		"list, empty but needed":  {"a: []", func(o *document.Record) { o.Strings("a", document.Name, document.NonEmpty) }, "FIELD_MISSING@1:4 $.a"},
		"list, repeated":          {"a: [x, x]", func(o *document.Record) { o.Strings("a", document.Name, 0) }, "LIST_DUPLICATE@1:8 $.a[1] w"},
		"list, entry broken":      {"a: [x, 5, X]", func(o *document.Record) { o.Strings("a", document.Name, 0) }, "TYPE@1:8 $.a[1]\nID_PATTERN@1:11 $.a[2]"},
		"objects, one is none":    {"a: [{}, 5]", func(o *document.Record) { o.Records("a", 0) }, "TYPE@1:9 $.a[1]"},
		"unknown field":           {"a: 1\nb: 2", func(o *document.Record) { o.Know("a"); o.Close() }, "FIELD_UNKNOWN@2:1 $.b"},
		"version":                 {"schema_version: v1", func(o *document.Record) { o.Version(0, "v1") }, ""},
		"version, absent":         {"{}", func(o *document.Record) { o.Version(0, "v1") }, ""},
		"version, missing":        {"{}", func(o *document.Record) { o.Version(document.Required, "v1") }, "SCHEMA_VERSION@1:1 $"},
		"version, another":        {"schema_version: v2", func(o *document.Record) { o.Version(0, "v1") }, "SCHEMA_VERSION@1:17 $.schema_version"},
		"version, number":         {"schema_version: 1", func(o *document.Record) { o.Version(0, "1") }, "SCHEMA_VERSION@1:17 $.schema_version"},
		"object, text":            {"a: x", func(o *document.Record) { o.Record("a", 0).String("b", document.Name, document.Required) }, "TYPE@1:4 $.a"},
		"object, null":            {"a:", func(o *document.Record) { o.Record("a", 0) }, "TYPE@1:1 $.a"},
		"file that does not read": {"a: [", func(*document.Record) {}, "YAML_SYNTAX@1:4 $.a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := read(t, c.in, c.decode); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.in, got, c.want)
			}
		})
	}
}

func TestAnUnknownFieldNamesTheNearestKnownOne(t *testing.T) {
	t.Parallel()
	r := document.NewReader("x", document.Limits{})
	top := r.YAML([]byte("descripton: x\nzzz: 1\n"))
	top.Know("id", "description")
	top.Close()
	hints := []string{r.Findings()[0].Hint, r.Findings()[1].Hint}
	if hints[0] != "did you mean description?" || hints[1] != "remove it" {
		t.Error(hints)
	}
}

func TestNearestIsOneSlipAway(t *testing.T) {
	t.Parallel()
	known := []string{"metrics", "list", "handler", "handler_method", "id"}
	for in, want := range map[string]string{"METRICS": "metrics", "lsit": "list", "handlr": "handler", "handler-method": "handler_method",
		"ip": "id", "banana": "", "": "", strings.Repeat("m", 500): ""} {
		if got := document.Nearest(in, known); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestQuoteShowsNothingThatATerminalObeys(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain é": "plain é", "a\nb\x1b[31m\x00": `a\nb\x1b[31m\x00`, "\u202e\u200b": `\u202e\u200b`, "\xff\xfe": `\xff\xfe`, "\uFFFD": "\uFFFD",
		strings.Repeat("x", 80): strings.Repeat("x", 80), strings.Repeat("é", 81): strings.Repeat("é", 79) + "…",
	} {
		if got := document.Quote(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
