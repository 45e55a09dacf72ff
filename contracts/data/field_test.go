package data_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mozaiks/mozaiks/contracts/data"
)

func TestFields(t *testing.T) {
	t.Parallel()
	check(t, map[string][2]string{
		"a type":                     {field(`"type": "datetime"`), ""},
		"no type":                    {field(`"required": true`), "FIELD_MISSING " + atField},
		"a type that is none":        {field(`"type": "decimal", "min": "x", "max_length": []`), "ENUM " + atField + ".type"},
		"flags":                      {field(`"type": "json", "required": true, "nullable": true, "immutable": true`), ""},
		"flags of another type":      {field(`"type": "json", "required": 1, "nullable": "yes", "immutable": "true"`), "TYPE " + atField + ".required\nTYPE " + atField + ".nullable\nTYPE " + atField + ".immutable"},
		"an unknown key":             {field(`"type": "json", "indexed": true`), "FIELD_UNKNOWN " + atField + ".indexed"},
		"a name of the host's":       {app(`{"name": "c", "fields": [{"name": "_rev", "type": "integer"}]}`, ""), "DATA_FIELD_RESERVED " + atField + ".name"},
		"a bad name":                 {app(`{"name": "c", "fields": [{"name": "a.b", "type": "integer"}]}`, ""), "ID_PATTERN " + atField + ".name"},
		"no name":                    {app(`{"name": "c", "fields": [{"type": "integer"}]}`, ""), "FIELD_MISSING " + atField},
		"no object":                  {app(`{"name": "c", "fields": ["a"]}`, ""), "TYPE " + atField},
		"fields that are no list":    {app(`{"name": "c", "fields": {"a": "string"}}`, ""), "TYPE " + atCollection + ".fields"},
		"a name twice":               {app(`{"name": "c", "fields": [{"name": "a", "type": "json"}, {"name": "a", "type": "json"}]}`, ""), "DUPLICATE_ID " + atCollection + ".fields[1].name"},
		"names that differ in case":  {app(`{"name": "c", "fields": [{"name": "a", "type": "json"}, {"name": "A", "type": "json"}]}`, ""), ""},
		"the app's id":               {app(`{"name": "c", "fields": [{"name": "app_id", "type": "string"}, {"name": "tenant_id", "type": "text"}]}`, ""), ""},
		"the app's id as a number":   {app(`{"name": "c", "fields": [{"name": "app_id", "type": "integer"}]}`, ""), "DATA_FIELD_RESERVED " + atField + ".type"},
		"length of a string":         {field(`"type": "string", "max_length": 1`), ""},
		"length of nothing":          {field(`"type": "array", "max_length": 0`), "RANGE " + atField + ".max_length"},
		"length of a number":         {field(`"type": "number", "max_length": 5`), "FIELD_CONFLICT " + atField + ".max_length"},
		"bounds":                     {field(`"type": "integer", "min": -1, "max": 1.5`), ""},
		"bounds that are equal":      {field(`"type": "number", "min": 1, "max": 1.0`), ""},
		"bounds the wrong way":       {field(`"type": "number", "min": 2, "max": 1`), "RANGE " + atField + ".max"},
		"bounds of a string":         {field(`"type": "string", "min": 2, "max": 3`), "FIELD_CONFLICT " + atField + ".min\nFIELD_CONFLICT " + atField + ".max"},
		"bounds that are none":       {field(`"type": "number", "min": "2", "max": 1e999`), "TYPE " + atField + ".min\nTYPE " + atField + ".max"},
		"items":                      {field(`"type": "array", "items": "date"`), ""},
		"items, by another name":     {field(`"type": "list", "items": "text"`), ""},
		"items that are no scalar":   {field(`"type": "array", "items": "list"`), "ENUM " + atField + ".items"},
		"items of a string":          {field(`"type": "string", "items": "string"`), "FIELD_CONFLICT " + atField + ".items"},
		"enum":                       {field(`"type": "number", "enum": [1, 2.5]`), ""},
		"enum without values":        {field(`"type": "string", "enum": []`), "FIELD_MISSING " + atField + ".enum"},
		"enum of another type":       {field(`"type": "string", "enum": ["a", 1, null], "default": "b"`), "TYPE " + atField + ".enum[1]\nTYPE " + atField + ".enum[2]"},
		"later":                      {field(`"type": "string", "references": null, "encrypted": false, "lookup": false`), ""},
		"references":                 {field(`"type": "string", "references": {"collection": "x"}`), "NOT_IN_THIS_BUILD " + atField + ".references"},
		"encrypted, with lookup":     {field(`"type": "string", "encrypted": true, "lookup": true`), "NOT_IN_THIS_BUILD " + atField + ".encrypted\nNOT_IN_THIS_BUILD " + atField + ".lookup"},
		"encrypted, neither":         {field(`"type": "string", "encrypted": "yes"`), "TYPE " + atField + ".encrypted"},
		"additional fields":          {collection(`, "additional_fields": true`), ""},
		"additional fields, neither": {collection(`, "additional_fields": "no"`), "TYPE " + atCollection + ".additional_fields"},
	})
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	misfit, text := "DATA_DEFAULT_MISFIT "+atField+".default", "DATA_DEFAULT_TEXT "+atField+".default w"
	deep := strings.Repeat("[", 32) + strings.Repeat("]", 32)
	for name, c := range map[string]struct {
		members string
		found   string
		want    any // the default; nil for none
	}{
		"a string":                   {`"type": "string", "default": "x"`, "", "x"},
		"null is absent":             {`"type": "string", "default": null`, "", nil},
		"text like a number":         {`"type": "string", "default": "1"`, "", "1"},
		"a number as a string":       {`"type": "string", "default": 1`, misfit, nil},
		"an integer":                 {`"type": "integer", "default": 1.0`, "", int64(1)},
		"no integer":                 {`"type": "integer", "default": 1.5`, misfit, nil},
		"an integer as text":         {`"type": "integer", "default": "12"`, text, int64(12)},
		"no integer as text":         {`"type": "integer", "default": "1.5"`, misfit, nil},
		"text that is no JSON":       {`"type": "integer", "default": "twelve"`, misfit, nil},
		"a number too large":         {`"type": "number", "default": 1e999`, misfit, nil},
		"such a number in a list":    {`"type": "json", "default": [1e999]`, misfit, nil},
		"a boolean as text":          {`"type": "bool", "default": "true"`, text, true},
		"a datetime":                 {`"type": "datetime", "default": "2026-01-02T03:04:05.6789+02:00"`, "", "2026-01-02T01:04:05.678Z"},
		"no datetime":                {`"type": "datetime", "default": "2026-01-02"`, misfit, nil},
		"a date":                     {`"type": "date", "default": "2026-02-28"`, "", "2026-02-28"},
		"no date":                    {`"type": "date", "default": "2026-02-30"`, misfit, nil},
		"an object":                  {`"type": "object", "default": {"n": 1.0}`, "", map[string]any{"n": int64(1)}},
		"an object as text":          {`"type": "dict", "default": "{}"`, text, map[string]any{}},
		"a list as text":             {`"type": "array", "items": "integer", "default": "[1, 2]"`, text, []any{int64(1), int64(2)}},
		"a list of other items":      {`"type": "array", "items": "integer", "default": [1, "2"]`, misfit, nil},
		"a list of datetimes":        {`"type": "array", "items": "datetime", "default": ["2026-01-02T03:04:05Z"]`, "", []any{"2026-01-02T03:04:05.000Z"}},
		"a list too long":            {`"type": "array", "max_length": 1, "default": [1, 2]`, misfit, nil},
		"a string too long":          {`"type": "string", "max_length": 1, "default": "éé"`, misfit, nil},
		"a string just as long":      {`"type": "string", "max_length": 2, "default": "éé"`, "", "éé"},
		"anything":                   {`"type": "json", "default": "x"`, "", "x"},
		"in enum":                    {`"type": "number", "enum": [1, 2], "default": 2.0`, "", int64(2)},
		"not in enum":                {`"type": "string", "enum": ["a"], "default": "b"`, misfit, nil},
		"an enum of datetimes":       {`"type": "datetime", "enum": ["2026-01-02T03:04:05Z"], "default": "2026-01-02T04:04:05+01:00"`, "", "2026-01-02T03:04:05.000Z"},
		"within bounds":              {`"type": "integer", "min": 1, "max": 3, "default": 3`, "", int64(3)},
		"below":                      {`"type": "integer", "min": 1, "default": 0`, misfit, nil},
		"above":                      {`"type": "number", "max": 1, "default": 1.5`, misfit, nil},
		"a key that no document has": {`"type": "object", "default": {"$set": 1}`, misfit, nil},
		"a text that none has":       {`"type": "array", "default": ["\u0000"]`, misfit, nil},
		"too deep":                   {`"type": "json", "default": ` + deep, misfit, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contract, got := decode(t, field(c.members), data.Options{})
			if got != c.found {
				t.Errorf("got %s, want %s", got, c.found)
			}
			f := contract.Collections[0].Fields[0]
			if diff := cmp.Diff(c.want, f.Default); diff != "" || f.HasDefault != (c.want != nil) {
				t.Errorf("HasDefault %v (-want +got):\n%s", f.HasDefault, diff)
			}
		})
	}
}

func TestStoredForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ   string
		in    any
		want  any
		valid bool
	}{
		{"datetime", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z", true},
		{"datetime", "2026-01-02T03:04:05.9999999Z", "2026-01-02T03:04:05.999Z", true},
		{"datetime", "2026-01-01T00:00:00+23:59", "2025-12-31T00:01:00.000Z", true},
		{"datetime", "0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z", true},
		{"datetime", "0000-01-01T00:00:00+01:00", nil, false},
		{"datetime", "9999-12-31T23:59:59-01:00", nil, false},
		{"datetime", "2026-01-02 03:04:05Z", nil, false},
		{"datetime", "2026-01-02T03:04:05", nil, false},
		{"datetime", "2026-01-02T03:04:05,5Z", nil, false},
		{"datetime", "2026-13-02T03:04:05Z", nil, false},
		{"datetime", "", nil, false},
		{"datetime", int64(0), nil, false},
		{"date", "2024-02-29", "2024-02-29", true},
		{"date", "2026-2-9", nil, false},
		{"integer", int64(1), int64(1), true},
		{"integer", 1.5, nil, false},
		{"number", int64(1), int64(1), true},
		{"number", 1.5, 1.5, true},
		{"number", "1", nil, false},
		{"boolean", false, false, true},
		{"boolean", int64(0), nil, false},
		{"string", nil, nil, false},
		{"json", nil, nil, false},
		{"json", true, true, true},
		{"object", []any{}, nil, false},
		{"array", map[string]any{}, nil, false},
		{"array", []any{}, []any{}, true},
		{"decimal", "1", nil, false},
	} {
		got, ok := data.Stored(c.typ, c.in)
		if ok != c.valid {
			t.Errorf("Stored(%s, %v) is %v", c.typ, c.in, ok)
		} else if diff := cmp.Diff(c.want, got); ok && diff != "" {
			t.Errorf("Stored(%s, %v) (-want +got):\n%s", c.typ, c.in, diff)
		}
	}
}
