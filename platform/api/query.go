package api

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
)

// queryParams reads the parameters of a GET: each query parameter is one field, read by the top-level type that the input
// schema declares, or the one parameter `input` holds the whole object as JSON.
func queryParams(query url.Values, act *module.Action) (map[string]any, error) {
	if whole, given := query["input"]; given {
		if len(query) > 1 || len(whole) > 1 {
			return nil, fault.New(fault.InvalidParams, "input stands alone")
		}
		v, err := canonical.Parse([]byte(whole[0]))
		if err != nil {
			return nil, fault.New(fault.JsonInvalid, "input is not one strict JSON value: %s", err)
		}
		object, ok := v.(map[string]any)
		if !ok {
			return nil, fault.New(fault.JsonInvalid, "input must be a JSON object")
		}
		return object, nil
	}
	types := declaredTypes(act)
	params := map[string]any{}
	for name, values := range query {
		t := types[name]
		if t.list {
			items := make([]any, len(values))
			for i, v := range values {
				items[i] = t.read(v)
			}
			params[name] = items
			continue
		}
		if len(values) > 1 {
			return nil, fault.New(fault.InvalidParams, "a parameter stands twice")
		}
		params[name] = t.read(values[0])
	}
	return params, nil
}

// paramType is how a field is read from text.
type paramType struct {
	kinds []string
	list  bool
}

// read answers the value; text that does not fit stays text, which the schema then refuses.
func (t paramType) read(s string) any {
	if slices.Contains(t.kinds, "integer") || slices.Contains(t.kinds, "number") {
		if v, err := canonical.Parse([]byte(s)); err == nil {
			switch v.(type) {
			case int64, float64:
				return v
			}
		}
	}
	if slices.Contains(t.kinds, "boolean") {
		if b, err := strconv.ParseBool(s); err == nil && (s == "true" || s == "false") {
			return b
		}
	}
	return s
}

func declaredTypes(act *module.Action) map[string]paramType {
	out := map[string]paramType{}
	if act.Input == nil {
		return out
	}
	var schema struct {
		Properties map[string]struct {
			Type  json.RawMessage `json:"type"`
			Items struct {
				Type json.RawMessage `json:"type"`
			} `json:"items"`
		} `json:"properties"`
	}
	if json.Unmarshal(act.Input.JSON(), &schema) != nil {
		return out // a schema whose properties are booleans says nothing about types
	}
	for name, p := range schema.Properties {
		t := paramType{kinds: oneOrMore(p.Type)}
		if slices.Contains(t.kinds, "array") {
			t = paramType{kinds: oneOrMore(p.Items.Type), list: true}
		}
		out[name] = t
	}
	return out
}

func oneOrMore(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var many []string
	_ = json.Unmarshal(raw, &many) // neither: no type is declared
	return many
}
