package schema_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/schema"
)

// value reads YAML flow as a plain value.
func value(t testing.TB, in string) any {
	t.Helper()
	n, problems := document.ParseYAML([]byte("v: "+in), document.Limits{})
	if problems != nil {
		t.Fatalf("%s: %v", in, problems)
	}
	return n.Get("v").Value()
}

func mustCompile(t testing.TB, in string) *schema.Schema {
	t.Helper()
	s, findings := schema.CompileValue(value(t, in), schema.Options{})
	if s == nil {
		t.Fatalf("%s: %v", in, findings)
	}
	return s
}

func TestViolationsSayWhereAndWhatButNotTheValue(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t"
	for _, c := range []struct{ schema, value, want string }{
		{"{type: object, required: [title, note]}", "{note: 1}", "$ title is missing"},
		{"{type: [string, 'null']}", "5", "$ must be null or string"},
		{"{properties: {a: {items: {type: integer}}}}", "{a: [1, s3cr3t, 2.0, 2.5]}", "$.a[1] must be integer\n$.a[3] must be integer"},
		{"{enum: [a, b]}", secret, "$ is not one of the 2 values that are allowed"},
		{"{const: 1}", secret, "$ is not the one value that is allowed"},
		{"{minLength: 7, maxLength: 3, pattern: '^x'}", secret, "$ must have at least 7 characters\n$ must have at most 3 characters\n$ must match the pattern ^x"},
		{"{format: email}", secret, "$ must be of format email"},
		{"{minimum: 3, exclusiveMaximum: 1.5, multipleOf: 2}", "1.75", "$ must be at least 3\n$ must be less than 1.5\n$ must be a multiple of 2"},
		{"{maximum: 3, exclusiveMinimum: 4}", "4", "$ must be at most 3\n$ must be greater than 4"},
		{"{minItems: 3, maxItems: 1, uniqueItems: true}", "[1, 1.0]", "$ must have at least 3 items\n$ must have at most 1 items\n$ items 0 and 1 are equal"},
		{"{additionalProperties: false, properties: {a: {}}}", "{a: 1, z: s3cr3t, b: 2}", "$.b is not allowed\n$.z is not allowed"},
		{"{patternProperties: {^n_: {type: number}}, additionalProperties: {type: boolean}}", "{n_1: x, y: 5}", "$.n_1 must be number\n$.y must be boolean"},
		{"{minProperties: 2, maxProperties: 0, propertyNames: {maxLength: 3}}", "{long: 1}", "$ must have at least 2 fields\n$ must have at most 0 fields\n$ has a field with a name that is not allowed"},
		{"{dependencies: {a: [b], c: {required: [d]}}}", "{a: 1, c: 1}", "$ b is missing beside a\n$ d is missing"},
		{"{anyOf: [{type: string}, {type: 'null'}]}", "5", "$ has none of the 2 forms that are allowed"},
		{"{oneOf: [{type: string}, {minLength: 1}]}", "xx", "$ has 2 forms of which only one is allowed"},
		{"{oneOf: [{type: string}, {type: 'null'}]}", "5", "$ has none of the 2 forms of which one is asked"},
		{"{not: {type: string}}", secret, "$ has a form that is not allowed"},
		{"{if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}", "{a: 1}", "$ b is missing"},
		{"{if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}", "{}", "$ c is missing"},
		{"{contains: {type: string}}", "[1]", "$ has no item of the kind that it must contain"},
		{"{items: [{type: string}], additionalItems: false}", "[5, 6]", "$[0] must be string\n$[1] is not allowed"},
		{"{properties: {a-b: {properties: {c: {type: string}}}}}", "{a-b: {c: 1}}", `$["a-b"].c must be string`},
		{"{definitions: {n: {properties: {next: {$ref: '#/definitions/n'}, v: {type: integer}}}}, $ref: '#/definitions/n'}", "{next: {next: {v: x}}}", "$.next.next.v must be integer"},
		{"{properties: {a: {type: string, nullable: true, enum: [x]}}}", "{a: null}", ""},
		{"{type: string, nullable: false}", "null", "$ must be string"},
		{"{type: string, nullable: true, const: x}", "null", "$ is not the one value that is allowed"},
		{"{format: color}", "x", ""},
	} {
		var got []string
		for _, v := range mustCompile(t, c.schema).Validate(value(t, c.value)) {
			got = append(got, v.Path+" "+v.Message)
			if strings.Contains(v.Message, secret) {
				t.Errorf("%s: the message shows the value: %s", c.schema, v.Message)
			}
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s with %s\n got %s\nwant %s", c.schema, c.value, strings.Join(got, "\n"), c.want)
		}
	}
}

func TestNumbersCompareExactly(t *testing.T) {
	t.Parallel()
	const big = 1<<53 + 1
	for _, c := range []struct {
		schema map[string]any
		value  any
		passes bool
	}{
		{map[string]any{"maximum": float64(1 << 53)}, int64(big), false},
		{map[string]any{"const": float64(1 << 53)}, int64(big), false},
		{map[string]any{"const": int64(1 << 53)}, float64(1 << 53), true},
		{map[string]any{"type": "integer"}, 1e300, true},
		{map[string]any{"minimum": 0.1}, 0.1, true},
		{map[string]any{"exclusiveMinimum": 0.1}, 0.1, false},
		{map[string]any{"multipleOf": 0.01}, 4.35, true},
		{map[string]any{"multipleOf": 0.1}, int64(3), true},
		{map[string]any{"multipleOf": int64(4)}, int64(math.MinInt64), true},
		{map[string]any{"enum": []any{int64(1), "1"}}, 1.0, true},
		{map[string]any{"enum": []any{"1", true}}, int64(1), false},
		{map[string]any{"uniqueItems": true}, []any{int64(math.MaxInt64), float64(math.MaxInt64)}, true},
		{map[string]any{"uniqueItems": true}, []any{map[string]any{"a": int64(1)}, map[string]any{"a": 1.0}}, false},
	} {
		s, findings := schema.CompileValue(c.schema, schema.Options{})
		if s == nil {
			t.Fatal(findings)
		}
		if got := len(s.Validate(c.value)) == 0; got != c.passes {
			t.Errorf("%v with %v passes: %v", c.schema, c.value, got)
		}
	}
}

func TestFormatsAreAsserted(t *testing.T) {
	t.Parallel()
	for format, c := range map[string]struct{ good, bad string }{
		"date-time": {"2026-01-02T03:04:05Z", "2026-01-02 03:04"}, "date": {"2026-02-28", "2026-02-30"}, "time": {"03:04:05Z", "25:00:00Z"},
		"email": {"a@example.com", "example.com"}, "uri": {"https://example.com/x", "/x"}, "uuid": {"123e4567-e89b-12d3-a456-426614174000", "123"},
		"hostname": {"example.com", "-x"}, "ipv4": {"10.0.0.1", "10.0.0.256"}, "ipv6": {"::1", "10.0.0.1"},
	} {
		s := mustCompile(t, "{format: "+format+"}")
		if s.Validate(c.good) != nil || s.Validate(c.bad) == nil || s.Validate(int64(5)) != nil {
			t.Errorf("%s: %q %v, %q %v", format, c.good, s.Validate(c.good), c.bad, s.Validate(c.bad))
		}
	}
	for _, format := range []string{"regex", "json-pointer", "iri", "uri-reference", "duration", "semver"} {
		if v := mustCompile(t, "{format: "+format+"}").Validate("( ["); v != nil {
			t.Errorf("%s is asserted: %v", format, v)
		}
	}
}

// The library that compiles the schemas has an evaluator of its own; both must agree on every pair.
func TestTheEvaluatorAgreesWithTheLibrary(t *testing.T) {
	t.Parallel()
	schemas := []string{"{}", "{type: object}", "{type: [integer, 'null']}", "{enum: [1, a, null, [1], {a: 1}]}", "{const: {a: [1, 2]}}",
		"{minLength: 2, maxLength: 3}", "{pattern: '^a+$'}", "{minimum: 1, maximum: 3.5}", "{exclusiveMinimum: 1, exclusiveMaximum: 3}",
		"{multipleOf: 0.5}", "{minItems: 1, maxItems: 2, uniqueItems: true}", "{items: {type: integer}}", "{items: [{type: integer}, {type: string}]}",
		"{items: [{}], additionalItems: {type: string}}", "{items: [{}], additionalItems: false}", "{contains: {const: 1}}",
		"{required: [a], properties: {a: {type: integer}}}", "{properties: {a: true, b: false}, additionalProperties: {type: string}}",
		"{patternProperties: {^a: {type: integer}, b$: {type: string}}}", "{additionalProperties: false, patternProperties: {a: {}}}",
		"{propertyNames: {pattern: ^a}}", "{minProperties: 1, maxProperties: 1}", "{dependencies: {a: [b], b: {required: [a]}}}",
		"{not: {type: object}}", "{allOf: [{type: integer}, {minimum: 2}]}", "{anyOf: [{type: integer}, {minLength: 2}]}",
		"{oneOf: [{type: integer}, {minimum: 2}]}", "{if: {type: integer}, then: {minimum: 2}, else: {type: string}}", "{if: {type: integer}}",
		"{then: {type: string}}", "{definitions: {x: {type: integer}}, $ref: '#/definitions/x', minimum: 100}",
		"{properties: {a: {$ref: '#'}, v: {type: integer}}, additionalProperties: false}", "{format: ipv4}", "{type: number}", "{items: false}",
		"{contains: {}}", "{enum: []}", "{uniqueItems: false}", "{properties: {a: {default: 5}}}"}
	values := []string{"null", "true", "false", "0", "1", "2", "3", "1.0", "1.5", "3.5", "-1", "''", "a", "aa", "aaaa", "é", "10.0.0.1", "[]", "[1]", "[1, 1.0]",
		"[1, a]", "[a, 1]", "[[1], [1]]", "[1, 2, 3]", "[[1]]", "{}", "{a: 1}", "{a: x}", "{b: x}", "{a: 1, b: x}", "{ab: 1}", "{ab: x}", "{c: x}", "{a: [1, 2]}",
		"{a: {a: {v: 1}}}", "{a: {a: {v: x}}}", "{v: 5}", "{a: {w: 1}}"}
	for _, in := range schemas {
		ours, findings := schema.CompileValue(value(t, in), schema.Options{})
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft7)
		if err := c.AddResource("schema:///x", value(t, in)); err != nil {
			t.Fatal(err)
		}
		theirs, err := c.Compile("schema:///x")
		if (ours == nil) != (err != nil) {
			t.Errorf("%s: %v, the library: %v", in, findings, err)
		}
		if err != nil || ours == nil {
			continue
		}
		for _, v := range values {
			got, want := ours.Validate(value(t, v)) == nil, theirs.Validate(value(t, v)) == nil
			if got != want {
				t.Errorf("%s with %s: %v, the library %v", in, v, got, want)
			}
		}
	}
}

func TestADearSchemaRunsOutOfSteps(t *testing.T) {
	t.Parallel()
	var fan strings.Builder // each definition judges the value by the next one twice
	for i := range 40 {
		fmt.Fprintf(&fan, "d%d: {allOf: [{$ref: '#/definitions/d%d'}, {$ref: '#/definitions/d%d'}]}, ", i, i+1, i+1)
	}
	nested := "{}"
	for range 30 {
		nested = "{a: " + nested + "}"
	}
	for name, c := range map[string]struct {
		schema string
		value  any
	}{
		"a fan of references": {"{definitions: {" + fan.String() + "d40: {}}, $ref: '#/definitions/d0'}", int64(1)},
		"a fan at each level": {"{allOf: [{properties: {a: {$ref: '#'}}}, {properties: {a: {$ref: '#'}}}]}", value(t, nested)},
		"not of a fan":        {"{definitions: {" + fan.String() + "d40: {}}, not: {$ref: '#/definitions/d0'}}", int64(1)},
		"a large pattern":     {"{pattern: '(x{1,900}y?){1}z'}", strings.Repeat("x", 1<<20)},
	} {
		v := mustCompile(t, c.schema).Validate(c.value)
		if diff := cmp.Diff([]schema.Violation{{Path: "$", Message: "takes too long to check against the schema"}}, v); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestStepsCanBeLimited(t *testing.T) {
	t.Parallel()
	for steps, passes := range map[int]bool{4: true, 3: false} {
		s, _ := schema.CompileValue(value(t, "{items: {type: integer}}"), schema.Options{Limits: schema.Limits{MaxSteps: steps}})
		if got := s.Validate(value(t, "[1, 2, 3]")) == nil; got != passes {
			t.Errorf("%d steps: %v", steps, got)
		}
	}
}

func TestViolationsAreTheSameEachTimeAndBounded(t *testing.T) {
	t.Parallel()
	m := map[string]any{}
	for i := range 300 {
		m[fmt.Sprintf("f%03d", i)] = int64(i)
	}
	s := mustCompile(t, "{additionalProperties: {type: string}}")
	first := s.Validate(m)
	if len(first) != 100 || first[0].Path != "$.f000" || first[99].Path != "$.f099" {
		t.Fatalf("%d violations, %v", len(first), first[:1])
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if diff := cmp.Diff(first, s.Validate(m)); diff != "" {
				t.Error(diff)
			}
		})
	}
	wait.Wait()
}

func TestAValueThatPassesCostsNoMemory(t *testing.T) {
	s := mustCompile(t, "{type: object, required: [title], additionalProperties: false, properties: {title: {type: string, minLength: 1, maxLength: 100}, n: {type: integer, minimum: 0}, tags: {items: {enum: [a, b]}}}}")
	v := value(t, "{title: Milk, n: 5, tags: [a, b]}")
	if got := testing.AllocsPerRun(100, func() {
		if s.Validate(v) != nil {
			t.Error("refused")
		}
	}); got > 2 {
		t.Errorf("%v allocations", got)
	}
}

func ExampleSchema_Validate() {
	s, _ := schema.CompileValue(map[string]any{"type": "object", "required": []any{"title"}}, schema.Options{ObjectRoot: true})
	fmt.Println(s.Validate(map[string]any{"title": "Milk"}))
	fmt.Println(s.Validate(map[string]any{}))
	// Output:
	// []
	// [{$ title is missing}]
}
