package persistencetest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/data"
)

// fieldForms are fields by the names that values are drawn for.
var fieldForms = map[string]map[string]any{
	"i": {"type": "integer"}, "n": {"type": "number"}, "s": {"type": "string"}, "r": {"type": "string"}, "f": {"type": "string"}, "b": {"type": "boolean"},
	"t": {"type": "datetime"}, "dt": {"type": "date"}, "l": {"type": "array"}, "o": {"type": "object"}, "j": {"type": "json", "nullable": true},
	"e":       {"type": "string", "enum": []any{"open", "done"}, "default": "open"},
	"user_id": {"type": "string"}, "workspace_id": {"type": "string"}, "tenant_id": {"type": "string"}, "app_id": {"type": "string"},
}

var fieldOrder = []string{"i", "n", "s", "r", "f", "b", "t", "dt", "l", "o", "j", "e", "user_id", "workspace_id", "tenant_id", "app_id"}

// contract draws a contract that is sound; nil if none came of it.
func (d *draw) contract(app string) *data.Contract {
	var collections []any
	for i := range 2 + d.n(3) {
		collections = append(collections, d.collection(i))
	}
	var shared []any
	for i := range collections {
		if !d.chance(4) {
			shared = append(shared, map[string]any{"owner_module": "tasks", "name": fmt.Sprintf("c%d", i),
				d.of("shared_with", "read_by"): []any{map[string]any{"module": "other"}}})
		}
	}
	for {
		whole := map[string]any{"version": "1", "surfaces": []any{map[string]any{"surface_id": "tasks", "surface_kind": "module", "collections": collections},
			map[string]any{"surface_id": "other", "surface_kind": "module", "collections": []any{}}}, "shared_collections": shared}
		out, err := json.Marshal(whole)
		if err != nil {
			return nil
		}
		c, findings := data.Decode(out, app, []string{"tasks", "other"}, data.Options{})
		sound := true
		for _, f := range findings {
			sound = sound && f.Severity != "error"
		}
		if sound {
			d.said = string(out)
			return c
		}
		// An index that was drawn does not stand: without the last one it may.
		if !dropIndex(collections) {
			return nil
		}
	}
}

func dropIndex(collections []any) bool {
	for _, c := range collections {
		c := c.(map[string]any)
		if list := c["indexes"].([]any); len(list) > 0 {
			c["indexes"] = list[:len(list)-1]
			return true
		}
	}
	return false
}

func (d *draw) collection(i int) map[string]any {
	c := map[string]any{"name": fmt.Sprintf("c%d", i), "indexes": []any{}}
	tenancy := d.of("per_tenant", "per_tenant", "per_user", "per_workspace", "app_wide")
	c["tenancy"] = tenancy
	owner := map[string]string{"per_user": "user_id", "per_workspace": "workspace_id"}[tenancy]
	if owner != "" {
		c["owner_field"] = owner
	}
	if tenancy == "app_wide" {
		c["writers"] = d.of("any", "any", "any", "operator")
	}
	if d.chance(40) {
		c["lifecycle"] = map[string]any{"write_mode": "platform_sync"}
	}
	if d.chance(4) {
		c["max_documents"] = 1 + d.n(12)
	}
	if d.chance(6) {
		c["max_bytes"] = 200 + d.n(256)*8
	}
	if !d.chance(4) {
		c["fields"] = d.fields(owner)
		if d.chance(3) {
			c["additional_fields"] = true
		}
	}
	var indexes []any
	for range d.n(6) {
		indexes = append(indexes, d.index(c["fields"], len(indexes)))
	}
	if indexes != nil {
		c["indexes"] = indexes
	}
	return c
}

func (d *draw) fields(owner string) []any {
	var out []any
	for _, name := range fieldOrder {
		if name != owner && d.chance(3) {
			continue
		}
		if name != owner && name[len(name)-1] == 'd' && len(name) > 3 && d.n(3) > 0 { // identities are drawn seldom
			continue
		}
		f := map[string]any{"name": name}
		for k, v := range fieldForms[name] {
			f[k] = v
		}
		switch d.n(16) {
		case 11:
			f["required"] = name != owner
		case 12, 13:
			f["nullable"] = true
		case 14:
			f["immutable"] = true
		case 15:
			switch f["type"] {
			case "string", "array":
				f["max_length"] = 1 + d.n(4)
				delete(f, "default")
			case "integer", "number":
				f["min"], f["max"] = -5, 1000
			}
		}
		if name == "l" && d.chance(2) {
			f["items"] = d.of("string", "datetime", "json", "number")
			if f["items"] == "json" {
				delete(f, "items")
			}
		}
		out = append(out, f)
	}
	return out
}

func (d *draw) index(fields any, i int) map[string]any {
	names := []string{"i", "n", "s", "r", "f", "b", "t", "dt", "j", "e", "o.x", "o.y.z", "j.x", "_id", "_created_at", "_updated_at"}
	if list, declared := fields.([]any); declared {
		have := map[string]bool{"_id": true, "_updated_at": true}
		for _, f := range list {
			have[f.(map[string]any)["name"].(string)] = true
		}
		names = slices.DeleteFunc(names, func(n string) bool { return !have[n] && (len(n) < 2 || n[1] != '.' || !have[n[:1]]) })
	}
	var keys []any
	seen := map[string]bool{}
	for range 1 + d.n(3) {
		name := names[d.n(len(names))]
		if seen[name] {
			continue
		}
		seen[name] = true
		part := map[string]any{"field": name, "order": 1 - 2*d.n(2)}
		if d.chance(4) {
			part["fold"] = true
		}
		keys = append(keys, part)
	}
	x := map[string]any{"name": fmt.Sprintf("x%d", i), "keys": keys}
	if d.chance(3) {
		x["unique"] = true
		x["sparse"] = d.chance(2)
	}
	return x
}
