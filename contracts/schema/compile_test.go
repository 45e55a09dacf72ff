package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/schema"
)

// compiled compiles YAML and answers the findings as CODE@line:column path; warnings end with a w.
func compiled(t *testing.T, in string, opts schema.Options) (*schema.Schema, string) {
	t.Helper()
	n, problems := document.ParseYAML([]byte(in), document.Limits{})
	if problems != nil {
		t.Fatal(problems)
	}
	s, findings := schema.Compile(n.Get("s"), opts)
	var out []string
	for _, f := range findings {
		line := fmt.Sprintf("%s@%d:%d %s", f.Code, f.Line, f.Column, f.Path)
		if f.Severity == "warning" {
			line += " w"
		}
		if f.Message == "" || f.Hint == "" {
			t.Errorf("incomplete: %+v", f)
		}
		out = append(out, line)
	}
	return s, strings.Join(out, "\n")
}

func TestCompileRefusesAtTheNodeThatIsWrong(t *testing.T) {
	t.Parallel()
	deep := func(levels int) string { // levels must be odd
		return "s: " + strings.Repeat("{properties: {a: ", (levels-1)/2) + "{}" + strings.Repeat("}}", (levels-1)/2)
	}
	long := func(bytes int) string {
		return "s: {description: " + strings.Repeat("x", bytes-len(`{"description":""}`)) + "}"
	}
	for name, c := range map[string]struct{ in, want string }{
		"nothing":                     {"s: {}", ""},
		"nullable":                    {"s: {type: string, nullable: true}", ""},
		"nullable, text":              {"s: {properties: {a: {nullable: maybe}}}", "SCHEMA_INVALID@1:32 $.s.properties.a.nullable"},
		"a property called nullable":  {"s: {properties: {nullable: {type: string}}}", ""},
		"unknown type":                {"s: {properties: {a: {type: strng}}}", "SCHEMA_INVALID@1:28 $.s.properties.a.type"},
		"type a number":               {"s: {type: 5}", "SCHEMA_INVALID@1:11 $.s.type"},
		"negative length":             {"s: {properties: {a: {minLength: -1}}}", "SCHEMA_INVALID@1:33 $.s.properties.a.minLength"},
		"two at once":                 {"s: {minLength: -1, maxLength: x}", "SCHEMA_INVALID@1:16 $.s.minLength\nSCHEMA_INVALID@1:31 $.s.maxLength"},
		"properties a list":           {"s: {properties: []}", "SCHEMA_INVALID@1:17 $.s.properties"},
		"a schema a number":           {"s: {items: 5}", "SCHEMA_INVALID@1:12 $.s.items"},
		"NaN":                         {"s: {maximum: .nan}", "SCHEMA_INVALID@1:14 $.s.maximum"},
		"no schema at all":            {"s: 5", "TYPE@1:4 $.s"},
		"true is no object":           {"s: true", "TYPE@1:4 $.s"},
		"pattern":                     {`s: {properties: {a: {pattern: "("}}}`, "SCHEMA_INVALID@1:31 $.s.properties.a.pattern"},
		"pattern with look-ahead":     {`s: {pattern: "(?=x)"}`, "SCHEMA_INVALID@1:14 $.s.pattern"},
		"pattern, long":               {"s: {pattern: '" + strings.Repeat("x", 4096) + "'}", ""},
		"pattern, too long":           {"s: {pattern: '" + strings.Repeat("x", 4097) + "'}", "SCHEMA_LIMIT@1:14 $.s.pattern"},
		"patterns too large":          {"s: {allOf: [{pattern: '(x{1000}y{1000}){1}'}, {pattern: '" + strings.Repeat("z{1000}", 125) + "'}]}", "SCHEMA_LIMIT@1:57 $.s.allOf[1].pattern"},
		"pattern of names":            {`s: {patternProperties: {"[": {}}}`, `SCHEMA_INVALID@1:30 $.s.patternProperties["["]`},
		"reference":                   {"s: {definitions: {x: {type: string}}, items: {$ref: '#/definitions/x'}}", ""},
		"reference to the root":       {"s: {properties: {a: {$ref: '#'}}}", ""},
		"reference, escaped":          {"s: {definitions: {a/b c: {}}, items: {$ref: '#/definitions/a~1b%20c'}}", ""},
		"reference to a site":         {"s: {$ref: 'https://example.com/s.json'}", "SCHEMA_REF@1:11 $.s[\"$ref\"]"},
		"reference to a file":         {"s: {items: {$ref: 'other.json#/x'}}", "SCHEMA_REF@1:19 $.s.items[\"$ref\"]"},
		"reference to nothing":        {"s: {items: {$ref: '#/definitions/x'}}", "SCHEMA_REF@1:19 $.s.items[\"$ref\"]"},
		"reference to an anchor":      {"s: {items: {$ref: '#x'}}", "SCHEMA_REF@1:19 $.s.items[\"$ref\"]"},
		"reference to a text":         {"s: {title: x, items: {$ref: '#/title'}}", "SCHEMA_REF@1:29 $.s.items[\"$ref\"]"},
		"reference, a number":         {"s: {items: {$ref: 5}}", "SCHEMA_INVALID@1:19 $.s.items[\"$ref\"]"},
		"reference to itself":         {"s: {definitions: {x: {$ref: '#/definitions/x'}}, items: {$ref: '#/definitions/x'}}", "SCHEMA_REF@1:4 $.s"},
		"circle through allOf":        {"s: {allOf: [{$ref: '#'}]}", "SCHEMA_REF@1:4 $.s"},
		"$id":                         {"s: {$id: x}", "SCHEMA_REF@1:10 $.s[\"$id\"]"},
		"$id within":                  {"s: {items: {$id: x}}", "SCHEMA_REF@1:18 $.s.items[\"$id\"]"},
		"a property called $id":       {"s: {properties: {$id: {type: string}}}", ""},
		"$schema of draft 7":          {"s: {$schema: 'http://json-schema.org/draft-07/schema#'}", ""},
		"$schema of 2020-12":          {"s: {$schema: 'https://json-schema.org/draft/2020-12/schema'}", "SCHEMA_REF@1:14 $.s[\"$schema\"]"},
		"unknown keyword":             {"s: {requried: [a]}", "SCHEMA_KEYWORD@1:5 $.s.requried w"},
		"own keyword":                 {"s: {x-order: 1}", ""},
		"unknown keyword in a const":  {"s: {const: {requried: 1}, default: {foo: 1}, examples: [{bar: 1}]}", ""},
		"unknown format":              {"s: {format: color}", ""},
		"33 levels of 31":             {deep(31), ""},
		"32 levels":                   {strings.Replace(deep(31), "{}", "{enum: []}", 1), "SCHEMA_INVALID@1:266 $.s" + strings.Repeat(".properties.a", 15) + ".enum"},
		"33 levels":                   {deep(33), "SCHEMA_LIMIT@1:276 $.s" + strings.Repeat(".properties.a", 16)},
		"64 KiB":                      {long(64 << 10), ""},
		"more than 64 KiB":            {long(64<<10 + 1), "SCHEMA_LIMIT@1:4 $.s"},
		"dependencies":                {"s: {dependencies: {a: [b], c: {requried: []}}}", "SCHEMA_KEYWORD@1:32 $.s.dependencies.c.requried w"},
		"keyword in a list of items":  {"s: {items: [{}, {foo: 1}]}", "SCHEMA_KEYWORD@1:18 $.s.items[1].foo w"},
		"keyword in anyOf, not, then": {"s: {anyOf: [{q: 1}], not: {r: 1}, if: {}, then: {t: 1}}", "SCHEMA_KEYWORD@1:14 $.s.anyOf[0].q w\nSCHEMA_KEYWORD@1:28 $.s.not.r w\nSCHEMA_KEYWORD@1:50 $.s.then.t w"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, got := compiled(t, c.in, schema.Options{})
			if got != c.want {
				t.Errorf("%.200s\n got %s\nwant %s", c.in, got, c.want)
			}
			if refused := strings.Contains(strings.ReplaceAll(got, " w", ""), "@") && !strings.HasSuffix(got, " w"); (s == nil) != refused {
				t.Errorf("%.200s: schema %v with findings %q", c.in, s != nil, got)
			}
		})
	}
}

func TestTheRootOfAnInputAdmitsAnObject(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"s: {}": "", "s: {type: object}": "", "s: {type: [object]}": "",
		"s: {type: array}":            "SCHEMA_ROOT@1:11 $.s.type",
		"s: {type: [object, 'null']}": "SCHEMA_ROOT@1:11 $.s.type", "s: {type: [object, null]}": "SCHEMA_INVALID@1:20 $.s.type[1]",
		"s: {type: objekt}": "SCHEMA_INVALID@1:11 $.s.type",
		"s: {type: 5}":      "SCHEMA_INVALID@1:11 $.s.type",
	} {
		if _, got := compiled(t, in, schema.Options{ObjectRoot: true}); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestLimitsOfSchemasCanBeSet(t *testing.T) {
	t.Parallel()
	in := "s: {properties: {a: {}}}"
	if _, got := compiled(t, in, schema.Options{Limits: schema.Limits{MaxDepth: 2}}); got != "SCHEMA_LIMIT@1:21 $.s.properties.a" {
		t.Error(got)
	}
	spent := 0
	shared := schema.Options{Limits: schema.Limits{MaxPattern: 3, MaxPatterns: 6}, Patterns: &spent}
	for i, want := range []string{"", "SCHEMA_LIMIT@1:14 $.s.pattern"} { // the second has no room left by the first
		if _, got := compiled(t, "s: {pattern: abc}", shared); got != want {
			t.Errorf("pattern %d: %s", i, got)
		}
	}
	if _, got := compiled(t, "s: {pattern: abcd}", shared); got != "SCHEMA_LIMIT@1:14 $.s.pattern" {
		t.Error(got)
	}
	if _, got := compiled(t, in, schema.Options{Limits: schema.Limits{MaxSize: 10}}); got != "SCHEMA_LIMIT@1:4 $.s" {
		t.Error(got)
	}
}

func TestASchemaIsShownAsItWasWritten(t *testing.T) {
	t.Parallel()
	s, _ := compiled(t, "s: {type: object, nullable: true, properties: {b: {enum: [<a>, 1.5, null]}, a: {}}}", schema.Options{})
	want := `{"type":"object","nullable":true,"properties":{"b":{"enum":["<a>",1.5,null]},"a":{}}}`
	if got := string(s.JSON()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
