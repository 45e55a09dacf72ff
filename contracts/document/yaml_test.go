package document_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// parsed answers what a text reads as: compact JSON, or the first problem as CODE@line:column.
func parsed(t *testing.T, n *document.Node, problems []document.Problem) string {
	t.Helper()
	if len(problems) > 0 {
		p := problems[0]
		if p.Message == "" || p.Hint == "" || p.Path == "" {
			t.Errorf("a problem without message, hint or path: %+v", p)
		}
		return fmt.Sprintf("%s@%d:%d", p.Code, p.Line, p.Column)
	}
	out, err := json.Marshal(n.Value())
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestYAMLReadsWhatYAML12Says(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"empty":                        {"", `{}`},
		"only comments":                {"# nothing\n\n  # here\n", `{}`},
		"byte order mark":              {"\uFEFFa: 1\n", `{"a":1}`},
		"document start":               {"---\na: 1\n", `{"a":1}`},
		"document start and end":       {"--- # x\na: 1\n...\n# done\n", `{"a":1}`},
		"flow on the start line":       {"--- {a: 1}\n", `{"a":1}`},
		"no line break at the end":     {"a: x", `{"a":"x"}`},
		"carriage returns":             {"a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 2\r", `{"a":1,"b":"x\ny\n","c":2}`},
		"nested mappings":              {"a:\n  b:\n    c: 1\n  d: 2\ne: 3\n", `{"a":{"b":{"c":1},"d":2},"e":3}`},
		"list below its key":           {"a:\n  - 1\n  - 2\nb: 3\n", `{"a":[1,2],"b":3}`},
		"list at its key's column":     {"a:\n- 1\n- 2\nb: 3\n", `{"a":[1,2],"b":3}`},
		"list of mappings":             {"a:\n  - b: 1\n    c: 2\n  - b: 3\n", `{"a":[{"b":1,"c":2},{"b":3}]}`},
		"entry on the next line":       {"a:\n  -\n    b: 1\n  - 2\n", `{"a":[{"b":1},2]}`},
		"list in a list":               {"a:\n  - - 1\n    - 2\n  - - 3\n", `{"a":[[1,2],[3]]}`},
		"missing values are null":      {"a:\nb:\n  -\n  - \nc:", `{"a":null,"b":[null,null],"c":null}`},
		"comments between":             {"a: # x\n  # y\n  b: 1 # z\n # w\nc: 2\n", `{"a":{"b":1},"c":2}`},
		"flow":                         {"a: {b: [1, two, {c: 3}], d: }\n", `{"a":{"b":[1,"two",{"c":3}],"d":null}}`},
		"flow over lines":              {"a: [\n  1, # one\n  2,\n]\nb: {\n  c: 1\n}\n", `{"a":[1,2],"b":{"c":1}}`},
		"flow pair in a list":          {"a: [b: 1, c]\n", `{"a":[{"b":1},"c"]}`},
		"flow key alone":               {"a: {b, c: 1}\n", `{"a":{"b":null,"c":1}}`},
		"no space behind a flow colon": {"a: {b:c}\n", `{"a":{"b:c":null}}`},
		"none behind a quoted key":     {`a: {"b":1}` + "\n", `{"a":{"b":1}}`},
		"JSON":                         {`{"a": [1, "x\u00e9\ud83d\ude00", null, true, 1.5]}`, `{"a":[1,"xé😀",null,true,1.5]}`},
		"explicit keys":                {"? a\n: 1\n? b\n", `{"a":1,"b":null}`},
		"quoted keys":                  {"\"a b\": 1\n'on': 2\n\"<<\": 3\n", `{"\u003c\u003c":3,"a b":1,"on":2}`},
		"colons in text":               {"a: http://x.y:80/z\nb: 12:30\nc: a:b\n", `{"a":"http://x.y:80/z","b":"12:30","c":"a:b"}`},
		"hash in text":                 {"a: x#y # z\n", `{"a":"x#y"}`},
		"dash in text":                 {"a: -x\nb: --- \nc: x - y\n", `{"a":"-x","b":"---","c":"x - y"}`},
		"plain over lines":             {"a: one\n  two\n\n  three\n\n\n  four - x\nb: 1\n", `{"a":"one two\nthree\n\nfour - x","b":1}`},
		"plain over lines in flow":     {"a: [one\n  two, three]\n", `{"a":["one two","three"]}`},
		"single quotes":                {"a: 'it''s # not: a\n\n  comment '\n", `{"a":"it's # not: a\ncomment "}`},
		"double quotes":                {`a: "\t\x41\u00e9\U0001F600\\\"\/ \` + "\n   joined\n  folded\"\n", `{"a":"\tAé😀\\\"/ joined folded"}`},
		"literal":                      {"a: |\n  one\n   two\n\n  three\n\nb: 1\n", `{"a":"one\n two\n\nthree\n","b":1}`},
		"literal, stripped":            {"a: |-\n  one\n\n", `{"a":"one"}`},
		"literal, kept":                {"a: |+\n  one\n\nb: 1\n", `{"a":"one\n\n","b":1}`},
		"literal, indented by hand":    {"a: |2\n   one\n  two\n", `{"a":" one\ntwo\n"}`},
		"literal in a list":            {"a:\n  - |\n    x\n  - y\n", `{"a":["x\n","y"]}`},
		"literal without lines":        {"a: |\nb: >-\nc: 1\n", `{"a":"","b":"","c":1}`},
		"folded":                       {"a: >\n  one\n  two\n\n  three\n    four\n  five\n", `{"a":"one two\nthree\n  four\nfive\n"}`},
		"words of the core schema":     {"a: [null, ~, Null, true, False]\n", `{"a":[null,null,null,true,false]}`},
		"words of older YAML":          {"a: [yes, no, on, off, y, 2001-12-14, 12:30:45]\n", `{"a":["yes","no","on","off","y","2001-12-14","12:30:45"]}`},
		"on as a key":                  {"on: 1\nyes: 2\n007: 3\n", `{"007":3,"on":1,"yes":2}`},
		"integers":                     {"a: [0, -1, +2, 9223372036854775807]\n", `{"a":[0,-1,2,9223372036854775807]}`},
		"no integers":                  {"a: [007, 0o17, 0x1f, 1_000, 0b1, '5', 1.2.3]\n", `{"a":["007","0o17","0x1f","1_000","0b1","5","1.2.3"]}`},
		"floats":                       {"a: [1.0, .5, -1e3, 2.]\n", `{"a":[1,0.5,-1000,2]}`},
		"empty quotes":                 {"a: ''\nb: \"\"\n", `{"a":"","b":""}`},
		"tab behind a key":             {"a:\tx\nb: 1\t# y\n", `{"a":"x","b":1}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, problems := document.ParseYAML([]byte(c.in), document.Limits{})
			if got := parsed(t, n, problems); got != c.want {
				t.Errorf("%q\n got %s\nwant %s", c.in, got, c.want)
			}
		})
	}
}

func TestYAMLRefusesWithACodeAndAPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"not UTF-8":                        {"a: 1\nb: \xff\n", "FILE_ENCODING@2:4"},
		"a NUL":                            {"a: 1\n# \x00\n", "FILE_ENCODING@2:3"},
		"a control character":              {"a: \x07\n", "YAML_SYNTAX@1:4"},
		"open bracket":                     {"module: [\n", "YAML_SYNTAX@1:9"},
		"open quote":                       {"a: 'x\n", "YAML_SYNTAX@1:4"},
		"open quote at a marker":           {"a: \"x\n---\n", "YAML_SYNTAX@1:4"},
		"wrong bracket":                    {"a: [1}\n", "YAML_SYNTAX@1:6"},
		"no comma":                         {"a: [\"x\" \"y\"]\n", "YAML_SYNTAX@1:9"},
		"two commas":                       {"a: [1,,2]\n", "YAML_SYNTAX@1:7"},
		"key in a value":                   {"a: b: c\n", "YAML_SYNTAX@1:4"},
		"key in the second line of a text": {"a: b\n  c: d\n", "YAML_SYNTAX@2:4"},
		"no colon":                         {"a: 1\nb\n", "YAML_SYNTAX@2:1"},
		"deeper than its neighbours":       {"a: 1\n  b: 2\n", "YAML_SYNTAX@2:4"},
		"deeper behind a list":             {"a:\n  - 1\n    - 2\n  - - 3\n   - 4\n", "YAML_SYNTAX@5:4"},
		"between two depths":               {"a:\n    b: 1\n  c: 2\n", "YAML_SYNTAX@3:3"},
		"list on the line of its key":      {"a: - 1\n", "YAML_SYNTAX@1:4"},
		"list among keys":                  {"a: 1\n- 2\n", "YAML_SYNTAX@2:1"},
		"tab as indentation":               {"a:\n\tb: 1\n", "YAML_SYNTAX@2:1"},
		"reserved character":               {"a: `x`\n", "YAML_SYNTAX@1:4"},
		"at sign":                          {"a: @x\n", "YAML_SYNTAX@1:4"},
		"text behind quotes":               {"a: 'x' y\n", "YAML_SYNTAX@1:8"},
		"bad escape":                       {`a: "\q"`, "YAML_SYNTAX@1:5"},
		"half a surrogate":                 {`a: "\ud800"`, "YAML_SYNTAX@1:5"},
		"short escape":                     {`a: "\u12"`, "YAML_SYNTAX@1:5"},
		"escape beyond Unicode":            {`a: "\UFFFFFFFF"`, "YAML_SYNTAX@1:5"},
		"key twice":                        {"a: 1\nb: 2\na: 3\n", "YAML_DUPLICATE_KEY@3:1"},
		"key twice in flow":                {"x: {a: 1, 'a': 2}\n", "YAML_DUPLICATE_KEY@1:11"},
		"integer key":                      {"é: {1: 2}\n", "YAML_KEY@1:5"},
		"boolean key":                      {"true: 1\n", "YAML_KEY@1:1"},
		"null key":                         {"~: 1\n", "YAML_KEY@1:1"},
		"no key":                           {": 1\n", "YAML_KEY@1:1"},
		"list as key":                      {"? [a]\n: 1\n", "YAML_KEY@1:1"},
		"list as implicit key":             {"[a]: 1\n", "YAML_KEY@1:1"},
		"list as second key":               {"a: 1\n[a]: 1\n", "YAML_KEY@2:1"},
		"object as flow key":               {"a: {{b: 1}: 2}\n", "YAML_KEY@1:5"},
		"anchor":                           {"a: &x 1\n", "YAML_FEATURE@1:4"},
		"anchor on a key":                  {"&x a: 1\n", "YAML_FEATURE@1:1"},
		"anchor on a collection":           {"a: &x\n  b: 1\n", "YAML_FEATURE@1:4"},
		"anchor in flow":                   {"a: [&x 1]\n", "YAML_FEATURE@1:5"},
		"alias":                            {"a: *x\n", "YAML_FEATURE@1:4"},
		"alias as key":                     {"*x : 1\n", "YAML_FEATURE@1:1"},
		"merge key":                        {"a:\n  <<: {b: 1}\n", "YAML_FEATURE@2:3"},
		"merge key in flow":                {"a: {<<: {b: 1}}\n", "YAML_FEATURE@1:5"},
		"tag":                              {"a: !!str 5\n", "YAML_FEATURE@1:4"},
		"tag at the end":                   {"a: !env", "YAML_FEATURE@1:4"},
		"tag on the document":              {"--- !x\na: 1\n", "YAML_FEATURE@1:5"},
		"directive":                        {"%YAML 1.2\n---\na: 1\n", "YAML_FEATURE@1:1"},
		"second document":                  {"a: 1\n---\nb: 1\n", "YAML_FEATURE@2:1"},
		"second empty document":            {"---\n---\n", "YAML_FEATURE@2:1"},
		"directive behind the document":    {"a: 1\n...\n%TAG ! !\n", "YAML_FEATURE@3:1"},
		"list at the top":                  {"- 1\n", "NOT_AN_OBJECT@1:1"},
		"text at the top":                  {"# x\nhello\n", "NOT_AN_OBJECT@2:1"},
		"null at the top":                  {"~\n", "NOT_AN_OBJECT@1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, problems := document.ParseYAML([]byte(c.in), document.Limits{})
			if got := parsed(t, n, problems); got != c.want {
				t.Errorf("%q\n got %s\nwant %s", c.in, got, c.want)
			}
		})
	}
}

func TestAFileWithARepeatedKeyIsStillRead(t *testing.T) {
	t.Parallel()
	n, problems := document.ParseYAML([]byte("a: 1\na: 2\n1: x\nb: 3\n"), document.Limits{})
	if len(problems) != 2 || problems[0].Code != fault.YamlDuplicateKey || problems[1].Code != fault.YamlKey {
		t.Fatalf("problems: %v", problems)
	}
	if got := parsed(t, n, nil); got != `{"a":1,"b":3}` {
		t.Errorf("read %s", got)
	}
}

func TestEveryNodeKnowsWhereItStands(t *testing.T) {
	t.Parallel()
	_, refused := document.ParseYAML([]byte("actions:\n  - id: é\n    emits: [\"ü\", domain.x, {a-b: |\n      t\n    }]\n"), document.Limits{})
	if len(refused) == 0 {
		t.Fatal("a block text in flow was read")
	}
	n, problems := document.ParseYAML([]byte("actions:\n  - id: é\n    emits: [\"ü\", domain.x, {a-b: 1}]\n    none:\nlast: >\n  text\n"), document.Limits{})
	if problems != nil {
		t.Fatal(problems)
	}
	var got []string
	var walk func(n *document.Node)
	walk = func(n *document.Node) {
		got = append(got, fmt.Sprintf("%s %d:%d", n.Path, n.Line, n.Column))
		for _, i := range n.Items {
			walk(i)
		}
		for _, f := range n.Fields {
			got = append(got, fmt.Sprintf("key %s %d:%d", f.Name, f.Line, f.Column))
			walk(f.Value)
		}
	}
	walk(n)
	want := []string{
		"$ 1:1", "key actions 1:1", "$.actions 2:3", "$.actions[0] 2:5", "key id 2:5", "$.actions[0].id 2:9",
		"key emits 3:5", "$.actions[0].emits 3:12", "$.actions[0].emits[0] 3:13", "$.actions[0].emits[1] 3:18",
		"$.actions[0].emits[2] 3:28", "key a-b 3:29", `$.actions[0].emits[2]["a-b"] 3:34`,
		"key none 4:5", "$.actions[0].none 4:5", "key last 5:1", "$.last 5:7",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
