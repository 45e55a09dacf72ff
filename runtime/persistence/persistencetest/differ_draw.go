package persistencetest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// DifferSeed answers the byte string of a seed.
func DifferSeed(seed uint64) []byte {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	r := rand.NewChaCha8(key)
	out := make([]byte, 500+r.Uint64()%12000)
	_, _ = r.Read(out) // it never fails
	return out
}

// draw makes choices of a byte string. When that has ended, every choice is the first.
type draw struct {
	left []byte
	said string // the contract

	at              *data.Collection // that is at hand
	paths           []string         // of it
	cursor, request string           // of the newest page in this transaction: where it goes on, and its query without the end
	cursors         []string         // of others
	ids             []string         // that documents were given
}

func (d *draw) done() bool { return len(d.left) == 0 }

// n chooses a number below most, which is at most 256.
func (d *draw) n(most int) int {
	if most > 256 {
		return d.n(256)*(most/256) + d.n(most/256)
	}
	if len(d.left) == 0 {
		return 0
	}
	b := d.left[0]
	d.left = d.left[1:]
	return int(b) % most
}

// chance is true once in so many times.
func (d *draw) chance(in int) bool { return d.n(in) == in-1 }

func (d *draw) of(list ...string) string { return list[d.n(len(list))] }

var (
	callerTenants    = []string{"acme", "acm%", "Acme", ""}
	callerWorkspaces = []string{"w", "ann", ""}
	callerUsers      = []string{"ann", "bob", "x' OR ''='", ""}
)

func (d *draw) caller() who {
	w := who{tenant: d.of("acme", "acme", "acme", "acme", "acme", "acm%", "Acme"), workspace: d.of("w", "w", "ann"), user: d.of("ann", "ann", "ann", "ann", "bob", "x' OR ''='")}
	switch d.n(60) {
	case 57:
		w.tenant = ""
	case 58:
		w.workspace = ""
	case 59:
		w.user = ""
	}
	return w
}

// callers are all that may be drawn.
func callers() []who {
	var out []who
	for _, t := range callerTenants {
		for _, ws := range callerWorkspaces {
			for _, u := range callerUsers {
				out = append(out, who{tenant: t, workspace: ws, user: u})
			}
		}
	}
	return out
}

func (d *draw) mode() persistence.Mode {
	return []persistence.Mode{persistence.ReadWrite, persistence.ReadWrite, persistence.Optimistic, persistence.Optimistic, persistence.ReadOnly}[d.n(5)]
}

var long = strings.Repeat("l", 509)

// Values as JSON texts, near the edges of their types.
var (
	numbers = []string{"0", "1", "-1", "2", "10", "9", "1.0", "0.1", "-0.5", "-0.0", "1e3", "9007199254740991", "9007199254740992", "9007199254740993",
		"9223372036854775807", "-9223372036854775808", "9223372036854775808.0", "1e300", "-1e308", "5e-324", "1E-7", "123456789012345680000.5"}
	integers = []string{"0", "1", "2", "3", "-1", "10", "9", "9007199254740993", "9223372036854775807", "-9223372036854775808", "1e3", "-0.0"}
	strs     = []string{`"a"`, `"b"`, `"A"`, `""`, `"10"`, `"9"`, `"ä"`, `"Ä"`, `"a\u0308"`, `"ß"`, `"ſ"`, `"s"`, `"S"`, `"\u212a"`, `"k"`, `"é"`, `"😀"`, `"\uffff"`,
		`"\u0001"`, `"%"`, `"_"`, `"\\"`, `"'"`, `"a b"`, `"ann"`, `"acme"`, `"x"`, `"a"`, `"b"`, `"\u0000"`}
	longs     = []string{`"` + long + `"`, `"` + long + `12"`, `"` + long + `123"`, `"é` + long + `"`}
	datetimes = []string{`"2026-03-01T09:30:00Z"`, `"2026-03-01T10:30:00+01:00"`, `"2026-03-01T09:30:00.0009Z"`, `"2026-03-01T09:30:00.001Z"`, `"0001-01-01T00:00:00Z"`,
		`"9999-12-31T23:59:59.999Z"`, `"2026-02-30T00:00:00Z"`}
	dates   = []string{`"2026-03-01"`, `"2024-02-29"`, `"2026-02-29"`, `"0000-01-01"`}
	bools   = []string{"true", "false"}
	arrays  = []string{`[]`, `["a"]`, `["a", "b"]`, `[1, "a", null]`, `[[1]]`, `[{"x": 1}]`, `["a", "a", "b"]`}
	objects = []string{`{}`, `{"x": 1}`, `{"x": "a", "y": {"z": 2}}`, `{"x": null}`, `{"y": {"z": "b"}}`, `{"y": 1}`, `{"x": [1]}`, `{"é": 1}`, `{"$x": 1}`}
)

// value draws a value for a field, mostly one that fits.
func (d *draw) value(field string) string {
	if d.chance(16) {
		field = d.of("i", "s", "j", "l", "o", "t", "null")
	}
	if d.chance(24) {
		return "null"
	}
	top, rest, dotted := strings.Cut(field, ".")
	if dotted && rest != "" && (top == "o" || top == "j") {
		top = d.of("n", "s", "b", "j")
	}
	switch top {
	case "i":
		return d.of(integers...)
	case "n":
		return d.of(numbers...)
	case "s", "r", "f":
		if d.chance(20) {
			return d.of(longs...)
		}
		return d.of(strs...)
	case "e":
		return d.of(`"open"`, `"done"`, `"open"`, `"other"`)
	case "b":
		return d.of(bools...)
	case "t", "_created_at", "_updated_at":
		return d.of(datetimes...)
	case "dt":
		return d.of(dates...)
	case "l":
		return d.of(arrays...)
	case "o":
		return d.of(objects...)
	case "_rev":
		return d.of("1", "2", "3")
	case "_id":
		return d.id()
	case "user_id":
		return d.of(`"ann"`, `"bob"`, `"x' OR ''='"`, `["ann"]`)
	case "workspace_id":
		return d.of(`"w"`, `"ann"`)
	case "tenant_id":
		return d.of(`"acme"`, `"acm%"`, `"Acme"`, `"*"`, `["acme"]`)
	case "app_id":
		return d.of(`"app"`, `"other"`)
	case "null":
		return "null"
	}
	switch d.n(7) {
	case 0:
		return d.of(numbers...)
	case 1:
		return d.of(strs...)
	case 2:
		return d.of(bools...)
	case 3:
		return d.of(arrays...)
	case 4:
		return d.of(objects...)
	case 5:
		return "null"
	default:
		return d.of("1", `"a"`)
	}
}

// fitting draws a value that the field takes, if a few draws find one.
func (d *draw) fitting(f *data.Field, name string) string {
	v := d.value(name)
	for range 6 {
		if fits(f, v) {
			return v
		}
		v = d.value(name)
	}
	return v
}

func fits(f *data.Field, value string) bool {
	v, err := canonical.ParseDocument([]byte(value))
	if err != nil || f == nil || v == nil {
		return err == nil && (f == nil || f.Nullable)
	}
	if v, ok := data.Stored(f.Type, v); !ok || len(f.Enum) > 0 && !slices.Contains(f.Enum, v) {
		return false
	}
	switch x := v.(type) {
	case string:
		return utf8.RuneCountInString(x) <= f.MaxLength || f.Type != "string"
	case []any:
		return len(x) <= f.MaxLength && (f.Items == "" || !slices.ContainsFunc(x, func(item any) bool { _, ok := data.Stored(f.Items, item); return !ok }))
	case int64, float64:
		return (f.Min == nil || canonical.Compare(x, *f.Min) >= 0) && (f.Max == nil || canonical.Compare(x, *f.Max) <= 0)
	}
	return true
}

// id draws the id of a document, mostly one that may be there.
func (d *draw) id() string {
	if len(d.ids) > 0 && d.chance(3) {
		return `"` + d.ids[d.n(len(d.ids))] + `"`
	}
	if d.chance(25) {
		return d.of(`""`, `"\u0000"`, `"é"`, `"_x"`, `"a b"`, `"`+strings.Repeat("i", 128)+`"`, `"`+strings.Repeat("i", 129)+`"`, `1`, `null`, `"*"`, `"'"`)
	}
	return fmt.Sprintf(`"d%d"`, d.n(14))
}

// path draws a path of the collection, seldom another.
func (d *draw) path() string {
	if d.chance(12) {
		return d.of("nothing", "s.x", "l.0", "_rev", "a.b.c.d.e.f.g.h", "a.b.c.d.e.f.g.h.i", "", "a..b", "$x", "user_id.x", "tenant_id", "app_id", "user_id", "workspace_id",
			"_hidden", "é", "j.y.z")
	}
	return d.paths[d.n(len(d.paths))]
}

// list joins what is drawn so often.
func (d *draw) list(times int, draw func() string) string {
	var all []string
	for range times {
		all = append(all, draw())
	}
	return strings.Join(all, ", ")
}

// object draws members of different names; one without a value is left out.
func (d *draw) object(times int, draw func() (name, value string)) string {
	var all []string
	seen := map[string]bool{}
	for range times {
		name, value := draw()
		if value == "" || seen[name] && !d.chance(40) { // seldom a key that stands twice
			continue
		}
		seen[name] = true
		all = append(all, text(name)+": "+value)
	}
	return "{" + strings.Join(all, ", ") + "}"
}

// learn keeps what later requests may name.
func (d *draw) learn(op, request, answer string) {
	var a struct {
		Cursor  string `json:"next_cursor"`
		Results []struct {
			ID string `json:"id"`
		} `json:"results"`
	}
	if json.Unmarshal([]byte(answer), &a) != nil {
		return // an error
	}
	if op == "data_query" {
		d.cursor, d.request = a.Cursor, request
		if a.Cursor != "" {
			d.cursors = append(d.cursors, a.Cursor)
		}
	}
	for _, r := range a.Results {
		if r.ID != "" && len(d.ids) < 60 {
			d.ids = append(d.ids, r.ID)
		}
	}
}
