package mozaiks

// Settings are the module's settings by id, with the values that hold for this call.
type Settings map[string]any

// Settings asks for the settings of those ids; for all of the module without ids. An id that is not declared is not_found.
func (c Context) Settings(ids ...string) (Settings, error) {
	type request struct {
		IDs []string `json:"ids,omitempty"`
	}
	type settings struct {
		Values Settings `json:"values"`
	}
	a, err := call[settings](c, opSettingsGet, request{ids})
	return a.Values, err
}

// Int answers a whole number, or fallback where the setting is absent or is none.
func (s Settings) Int(id string, fallback int64) int64 {
	if n, ok := s[id].(int64); ok {
		return n
	}
	return fallback
}

// Float answers a number, or fallback where the setting is absent or is none.
func (s Settings) Float(id string, fallback float64) float64 {
	switch n := s[id].(type) {
	case float64:
		return n
	case int64:
		return float64(n)
	}
	return fallback
}

// Text answers a text, or fallback where the setting is absent or is none.
func (s Settings) Text(id, fallback string) string {
	if t, ok := s[id].(string); ok {
		return t
	}
	return fallback
}

// Bool answers a boolean, or fallback where the setting is absent or is none.
func (s Settings) Bool(id string, fallback bool) bool {
	if b, ok := s[id].(bool); ok {
		return b
	}
	return fallback
}
