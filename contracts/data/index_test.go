package data_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/data"
)

// indexed is a collection of many kinds of fields with these indexes; its rows belong to users.
func indexed(indexes string) string {
	return app(`{"name": "c", "tenancy": "per_user", "owner_field": "user_id", "fields": [{"name": "user_id", "type": "string"},
		{"name": "s", "type": "string"}, {"name": "n", "type": "integer"}, {"name": "o", "type": "object"}, {"name": "l", "type": "array"},
		{"name": "j", "type": "json"}, {"name": "at", "type": "datetime"}], "indexes": [`+indexes+`]}`, "")
}

func TestIndexes(t *testing.T) {
	t.Parallel()
	part := func(name string) string { return `{"keys": [["` + name + `", 1]]}` }
	atPart := atIndex + ".keys[0][0]"
	check(t, map[string][2]string{
		"two forms of a part":        {indexed(`{"keys": [["s"], {"field": "n"}, {"field": "at", "order": -1, "fold": false}]}`), ""},
		"no keys":                    {indexed(`{"name": "x"}`), "FIELD_MISSING " + atIndex},
		"keys that are no list":      {indexed(`{"keys": {"s": 1}}`), "TYPE " + atIndex + ".keys"},
		"a part that is none":        {indexed(`{"keys": ["s", ["s", 1, 1], [], {"fild": "s"}]}`), "TYPE " + atIndex + ".keys[0]\nDATA_INDEX_FIELD " + atIndex + ".keys[1]\nDATA_INDEX_FIELD " + atIndex + ".keys[2]\nFIELD_MISSING " + atIndex + ".keys[3]\nFIELD_UNKNOWN " + atIndex + ".keys[3].fild"},
		"a field that is no text":    {indexed(`{"keys": [[1, 1]]}`), "TYPE " + atPart},
		"orders that are none":       {indexed(`{"keys": [["s", 2], ["n", "asc"], {"field": "at", "order": 0}]}`), "DATA_INDEX_FIELD " + atIndex + ".keys[0][1]\nDATA_INDEX_FIELD " + atIndex + ".keys[1][1]\nDATA_INDEX_FIELD " + atIndex + ".keys[2].order"},
		"one fault beside another":   {indexed(`{"keys": [["s", 2], ["x", 1], ["l", 1]]}`), "DATA_INDEX_FIELD " + atIndex + ".keys[0][1]\nDATA_INDEX_FIELD " + atIndex + ".keys[1][0]\nDATA_INDEX_FIELD " + atIndex + ".keys[2][0]"},
		"an unknown field":           {indexed(part("x")), "DATA_INDEX_FIELD " + atPart},
		"an object":                  {indexed(part("o")), "DATA_INDEX_FIELD " + atPart},
		"an array":                   {indexed(part("l")), "DATA_INDEX_FIELD " + atPart},
		"json":                       {indexed(part("j")), ""},
		"a path into an object":      {indexed(part("o.a.b")), ""},
		"a path into json":           {indexed(part("j.a")), ""},
		"a path into a string":       {indexed(part("s.a")), "DATA_INDEX_FIELD " + atPart},
		"a path into an array":       {indexed(part("l.a")), "DATA_INDEX_FIELD " + atPart},
		"a path that is none":        {indexed(part("o..a")), "DATA_INDEX_FIELD " + atPart},
		"names of the host":          {indexed(`{"keys": [["_id", 1], ["_created_at", 1], ["_updated_at", 1]]}`), ""},
		"another name of the host":   {indexed(part("_rev")), "DATA_INDEX_FIELD " + atPart},
		"everything":                 {indexed(part("$**") + "," + part("o.$**")), "DATA_INDEX_OPTION " + atPart + "\nDATA_INDEX_OPTION " + atCollection + ".indexes[1].keys[0][0]"},
		"a part twice":               {indexed(`{"keys": [["s", 1], ["s", -1]]}`), "DATA_INDEX_DUPLICATE " + atIndex + ".keys[1][0]"},
		"an owned unique one":        {indexed(`{"keys": [["user_id", 1]], "unique": true}`), "DATA_INDEX_SCOPE_PART " + atPart + " n"},
		"an owned one":               {indexed(`{"keys": [["user_id", 1]]}`), "DATA_INDEX_EMPTY " + atIndex + ".keys\nDATA_INDEX_SCOPE_PART " + atPart + " n"},
		"no part":                    {indexed(`{"name": "x", "keys": []}`), "DATA_INDEX_EMPTY " + atIndex + ".keys"},
		"a unique one of nothing":    {app(`{"name": "c", "fields": [], "indexes": [{"keys": [["tenant_id", 1]], "unique": true}]}`, ""), "DATA_INDEX_EMPTY " + atIndex + ".keys\nDATA_INDEX_SCOPE_PART " + atPart + " n"},
		"the scope in the middle":    {indexed(`{"keys": [["s", 1], ["tenant_id", 1]]}`), "DATA_INDEX_FIELD " + atIndex + ".keys[1][0]"},
		"a name twice":               {indexed(`{"name": "x", "keys": [["s", 1]]}, {"name": "x", "keys": [["n", 1]]}`), "DATA_INDEX_DUPLICATE " + atCollection + ".indexes[1]"},
		"a default name twice":       {indexed(`{"name": "s_1", "keys": [["n", 1]]}, {"keys": [["s", 1]]}`), "DATA_INDEX_DUPLICATE " + atCollection + ".indexes[1]"},
		"parts twice":                {indexed(`{"name": "x", "keys": [["s", 1]]}, {"name": "y", "keys": [["user_id", 1], ["s", 1]], "unique": true}`), "DATA_INDEX_DUPLICATE " + atCollection + ".indexes[1]\nDATA_INDEX_SCOPE_PART " + atCollection + ".indexes[1].keys[0][0] n"},
		"another order":              {indexed(`{"keys": [["s", 1]]}, {"keys": [["s", -1]]}, {"name": "f", "keys": [{"field": "s", "fold": true}]}`), ""},
		"options without effect":     {indexed(`{"keys": [["s", 1]], "hidden": true, "background": false, "sparse": true}`), "DATA_OBSOLETE_FIELD " + atIndex + ".hidden w\nDATA_OBSOLETE_FIELD " + atIndex + ".background w"},
		"refused options":            {indexed(`{"keys": [["s", 1]], "expireAfterSeconds": 1, "partialFilterExpression": {}, "collation": {}, "wildcardProjection": {}}`), "DATA_INDEX_OPTION " + atIndex + ".expireAfterSeconds\nDATA_INDEX_OPTION " + atIndex + ".partialFilterExpression\nDATA_INDEX_OPTION " + atIndex + ".collation\nDATA_INDEX_OPTION " + atIndex + ".wildcardProjection"},
		"flags of another type":      {indexed(`{"keys": [["s", 1]], "unique": 1, "sparse": "x"}`), "TYPE " + atIndex + ".unique\nTYPE " + atIndex + ".sparse"},
		"fold of another type":       {indexed(`{"keys": [{"field": "s", "fold": 1}]}`), "TYPE " + atIndex + ".keys[0].fold"},
		"without fields":             {app(`{"name": "c", "indexes": [{"keys": [["anything.at.all", 1]]}, {"keys": [["$x", 1]]}]}`, ""), "DATA_FIELDS_MISSING " + atCollection + " w\nDATA_INDEX_FIELD " + atCollection + ".indexes[1].keys[0][0]"},
		"the field itself is broken": {app(`{"name": "c", "fields": [{"name": "a", "type": "strin"}], "indexes": [{"keys": [["a", 1]]}]}`, ""), "ENUM " + atField + ".type"},
	})
}

func TestIndexesAreReadWhole(t *testing.T) {
	t.Parallel()
	c, found := decode(t, indexed(`{"keys": [["tenant_id", 1], ["user_id", 1], ["s"], {"field": "o.x", "order": -1, "fold": true}], "unique": true, "sparse": true},
		{"keys": [["user_id", 1]], "unique": true}, {"name": "own", "keys": [["_created_at", -1]]}`), data.Options{})
	if n := strings.Count(found, "DATA_INDEX_SCOPE_PART"); n != 3 || strings.Count(found, "\n") != 2 {
		t.Errorf("found %s", found)
	}
	want := []data.Index{
		{Name: "s_1_o.x_-1", Parts: []data.Part{{Field: "s"}, {Field: "o.x", Desc: true, Fold: true}}, Unique: true, Sparse: true},
		{Name: "user_id_1", Parts: []data.Part{}, Unique: true},
		{Name: "own", Parts: []data.Part{{Field: "_created_at", Desc: true}}},
	}
	if diff := cmp.Diff(want, c.Collections[0].Indexes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	list := func(n int, format string) string {
		var out []string
		for i := range n {
			out = append(out, fmt.Sprintf(format, i))
		}
		return strings.Join(out, ",")
	}
	fields := func(n int) string {
		return app(`{"name": "c", "fields": [`+list(n, `{"name": "f%d", "type": "json"}`)+`]}`, "")
	}
	collections := func(n int) string { return app(list(n, `{"name": "c%d", "fields": []}`), "") }
	indexes := func(n int) string {
		return app(`{"name": "c", "fields": [`+list(17, `{"name": "f%d", "type": "string"}`)+`], "indexes": [`+list(n, `{"keys": [["f%d", 1]]}`)+`]}`, "")
	}
	parts := func(n int) string {
		return app(`{"name": "c", "fields": [`+list(5, `{"name": "f%d", "type": "string"}`)+`], "indexes": [{"keys": [`+list(n, `["f%d", 1]`)+`]}]}`, "")
	}
	small := `{"version": "1", "surfaces": []}`
	for name, c := range map[string]struct {
		raw  string
		opts data.Options
		want string
	}{
		"200 collections":           {collections(200), data.Options{}, ""},
		"201 collections":           {collections(201), data.Options{}, "DATA_LIMIT $.surfaces[0].collections[200]"},
		"300 collections":           {collections(300), data.Options{}, "DATA_LIMIT $.surfaces[0].collections[200]"},
		"more collections than set": {collections(2), data.Options{MaxCollections: 1}, "DATA_LIMIT $.surfaces[0].collections[1]"},
		"256 fields":                {fields(256), data.Options{}, ""},
		"257 fields":                {fields(257), data.Options{}, "DATA_LIMIT " + atCollection + ".fields[256]"},
		"more fields than set":      {fields(3), data.Options{MaxFields: 1}, "DATA_LIMIT " + atCollection + ".fields[1]"},
		"16 indexes":                {indexes(16), data.Options{}, ""},
		"17 indexes":                {indexes(17), data.Options{}, "DATA_LIMIT " + atCollection + ".indexes[16]"},
		"more indexes than set":     {indexes(3), data.Options{MaxIndexes: 2}, "DATA_LIMIT " + atCollection + ".indexes[2]"},
		"4 parts":                   {parts(4), data.Options{}, ""},
		"5 parts":                   {parts(5), data.Options{}, "DATA_LIMIT " + atIndex + ".keys[4]"},
		"more parts than set":       {parts(2), data.Options{MaxParts: 1}, "DATA_LIMIT " + atIndex + ".keys[1]"},
		"a megabyte":                {small + strings.Repeat(" ", 1<<20-len(small)), data.Options{}, ""},
		"a byte more":               {small + strings.Repeat(" ", 1<<20-len(small)+1), data.Options{}, "FILE_SIZE $"},
		"larger than set":           {small, data.Options{MaxSize: 10}, "FILE_SIZE $"},
		"more values than set":      {small, data.Options{MaxNodes: 2}, "YAML_LIMIT $.surfaces"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, got := decode(t, c.raw, c.opts); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
