package module_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/module"
)

func TestTemplatesRenderInOnePass(t *testing.T) {
	t.Parallel()
	payload := map[string]any{"name": "Äpfel {{x}}", "n": int64(5), "f": 1.5, "big": 1234567.0, "yes": true, "no": false, "null": nil, "zero": int64(0), "nought": 0.0,
		"empty": "", "list": []any{"x"}, "none": []any{}, "obj": map[string]any{"in": "é"}, "ctl": "a\x1b[31m\tb\nc\u0085"}
	for in, want := range map[string]string{
		"": "", "plain { } % text": "plain { } % text", "{": "{", "{ {x} }": "{ {x} }", "a{{name}}b": "aÄpfel {{x}}b", "{{ n }}": "5", "{{f}} {{big}}": "1.5 1234567",
		"{{yes}} {{no}}": "true false", "[{{null}}{{gone}}{{list}}{{obj}}]": "[]", "{{obj.in|upper}}": "É", "{{ name | upper }}": "ÄPFEL {{X}}",
		"{% if yes %}A{{n}}{% endif %}": "A5", "{%if no%}A{%endif%}B": "B", "{% if null %}x{% endif %}{% if gone %}x{% endif %}{% if zero %}x{% endif %}": "",
		"{% if nought %}x{% endif %}{% if empty %}x{% endif %}{% if none %}x{% endif %}": "", "{% if list %}l{% endif %}{% if obj %}o{% endif %}": "lo",
		"{% if yes %}1{% endif %}{% if yes %}2{% endif %}": "12", "{{ctl}}": "a[31mb\nc",
	} {
		tmpl, err := module.ParseTemplate(in)
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if got := tmpl.Render(payload, 1000); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestTemplatesOfAnotherLanguageAreRefused(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"{{title", "{{title}", "{{}}", "{{a b}}", "{{a[0]}}", "{{a | lower}}", "{{a | upper | upper}}", "{{a |}}", "{{{a}}}", "{% if a %}x",
		"{% endif %}", "{% if a %}{% if b %}{% endif %}{% endif %}", "{% if a %}x{% else %}y{% endif %}", "{% for x in y %}{% endfor %}", "{% if %}{% endif %}",
		"{% if a b %}{% endif %}", "{% if a == 1 %}{% endif %}", "{%", "{% %}", "{% if a %}x{% endif x %}"} {
		if _, err := module.ParseTemplate(in); err == nil {
			t.Errorf("%q was taken", in)
		}
	}
}

func TestRenderedTextIsCutWithAnEllipsis(t *testing.T) {
	t.Parallel()
	tmpl, err := module.ParseTemplate("ä{{a}}")
	if err != nil {
		t.Fatal(err)
	}
	payload := map[string]any{"a": strings.Repeat("ö", 9)}
	for most, want := range map[int]string{10: "ä" + strings.Repeat("ö", 9), 9: "ä" + strings.Repeat("ö", 7) + "…", 1: "…", 0: ""} {
		if got := tmpl.Render(payload, most); got != want {
			t.Errorf("%d: %q, want %q", most, got, want)
		}
	}
}

func TestTemplatesNameWhatTheyRead(t *testing.T) {
	t.Parallel()
	tmpl, _ := module.ParseTemplate("{{a}} {% if b.c %}{{d}}{{a}}{% endif %}")
	if got := tmpl.Paths(); !slices.Equal(got, []string{"a", "b.c", "d"}) {
		t.Error(got)
	}
}

func ExampleParseTemplate() {
	t, _ := module.ParseTemplate("{{title | upper}} is due{% if owner %}, {{owner}}{% endif %}.")
	fmt.Println(t.Render(map[string]any{"title": "Milk", "owner": "Ann"}, 200))
	fmt.Println(t.Render(map[string]any{"title": "Milk"}, 200))
	// Output:
	// MILK is due, Ann.
	// MILK is due.
}

func ExampleMatch() {
	fmt.Println(module.Match([]module.Filter{{Path: "amount", Tests: []module.Test{{Op: "gte", Values: []any{int64(100)}}}}},
		map[string]any{"amount": 250.0}))
	// Output: true
}
