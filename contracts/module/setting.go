package module

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

// defaultSettingLength is how long a text setting may be that says nothing of it.
const defaultSettingLength = 1000

// settings reads contracts/settings.yaml.
func (d *decoder) settings() {
	k := &d.known.settings
	top, sound := d.open(SettingsFile, document.Optional, "mozaiks.settings.v1")
	k.broken = !sound
	if top == nil {
		return
	}
	k.broken = !entries(top, "settings", d.setting(map[string]*document.Node{}))
	top.Records("features", document.Optional) // open objects, carried
	top.Close()
}

func (d *decoder) setting(seen map[string]*document.Node) func(int, *document.Record) {
	return func(_ int, o *document.Record) {
		r := o.Reader()
		s := Setting{Type: "string", Scope: "app"}
		var id *document.Node
		s.ID, id = o.String("id", document.Token, document.Required)
		kind := !o.Has("type")
		if t, n := o.String("type", document.Enum("string", "boolean", "integer", "enum"), document.Optional); n != nil {
			s.Type, kind = t, true
		}
		if scope, n := o.String("scope", document.Enum("app", "tenant", "user"), document.Optional); n != nil {
			s.Scope = scope
		}
		s.Label, _ = o.String("label", document.Text(200), document.Nullable)
		o.String("description", document.Text(longText), document.Nullable)
		bounds := r.Errors()
		d.enumValues(o, &s, kind)
		d.bounds(o, &s, kind)
		sound := r.Errors() == bounds
		if n := o.Field("default", document.Nullable); n != nil && kind && sound {
			if why := s.refuses(n.Value()); why != "" {
				r.Error(fault.SettingDefault, n, "the default "+why, "write a default that fits the setting's type and bounds")
			} else {
				s.Default = n.Value()
			}
		}
		o.Close()
		if id != nil && r.Unique(seen, id, "id") {
			d.known.settings.names = append(d.known.settings.names, s.ID)
			d.module.Settings = append(d.module.Settings, s)
		}
	}
}

func (d *decoder) enumValues(o *document.Record, s *Setting, kind bool) {
	nodes, list := o.Strings("enum_values", document.Text(200), document.Nullable)
	s.EnumValues = document.Plain(nodes)
	switch {
	case !kind:
	case s.Type == "enum" && list == nil && (o.Node.Get("enum_values") == nil || o.Node.Get("enum_values").Kind == document.Null):
		o.Reader().Error(fault.SettingEnum, o.Node, "a setting of type enum needs enum_values", "add enum_values with the values to choose from")
	case s.Type == "enum" && list != nil && len(list.Items) == 0:
		o.Reader().Error(fault.SettingEnum, list, "enum_values has no value to choose from", "add the values to choose from")
	case s.Type != "enum" && list != nil:
		o.Reader().Error(fault.SettingEnum, list, "enum_values belongs to type enum alone", "remove it, or write type: enum")
	}
}

func (d *decoder) bounds(o *document.Record, s *Setting, kind bool) {
	least, minimum := o.Int("minimum", document.MinInt, document.MaxInt, document.Optional)
	most, maximum := o.Int("maximum", document.MinInt, document.MaxInt, document.Optional)
	length, longest := o.Int("max_length", 1, 10_000, document.Optional)
	if !kind {
		return
	}
	foreign := func(n *document.Node, name, of string) {
		if n != nil && s.Type != of {
			o.Conflict(name, name+" belongs to type "+of+" alone", "remove it, or write type: "+of)
		}
	}
	foreign(minimum, "minimum", "integer")
	foreign(maximum, "maximum", "integer")
	foreign(longest, "max_length", "string")
	if s.Type == "string" {
		s.MaxLength = defaultSettingLength
		if longest != nil {
			s.MaxLength = int(length)
		}
	}
	if minimum != nil {
		s.Minimum = &least
	}
	if maximum != nil {
		s.Maximum = &most
	}
	if minimum != nil && maximum != nil && least > most {
		o.Reader().Error(fault.Range, minimum, fmt.Sprintf("minimum %d is greater than maximum %d", least, most), "swap the two")
	}
}

// Accepts tells whether the setting may have that value; the rule is the same for defaults and for overrides.
func (s *Setting) Accepts(v any) bool { return s.refuses(v) == "" }

// refuses says why the setting cannot have the value, "" where it can.
func (s *Setting) refuses(v any) string {
	switch s.Type {
	case "boolean":
		if _, ok := v.(bool); !ok {
			return "is not true or false"
		}
	case "integer":
		i, ok := v.(int64)
		switch {
		case !ok || i < document.MinInt || i > document.MaxInt:
			return "is not an integer"
		case s.Minimum != nil && i < *s.Minimum:
			return fmt.Sprintf("is less than the minimum %d", *s.Minimum)
		case s.Maximum != nil && i > *s.Maximum:
			return fmt.Sprintf("is greater than the maximum %d", *s.Maximum)
		}
	case "enum":
		if t, ok := v.(string); !ok || !slices.Contains(s.EnumValues, t) {
			return "is not one of enum_values"
		}
	default:
		t, ok := v.(string)
		if !ok {
			return "is not text"
		}
		if utf8.RuneCountInString(t) > s.MaxLength {
			return fmt.Sprintf("is longer than %d characters", s.MaxLength)
		}
	}
	return ""
}
