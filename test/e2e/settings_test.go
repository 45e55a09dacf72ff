package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
)

const chosenYAML = `schema_version: mozaiks.module.v1
module: {id: chosen, handler: "backend.chosen:M"}
actions:
  - {id: show, description: Show what the module sees., handler_method: show, effects: read}
`

const chosenSettings = `schema_version: mozaiks.settings.v1
settings:
  - {id: color, type: enum, enum_values: [red, green, blue], default: red, scope: user}
  - {id: size, type: integer, default: 10, minimum: 1, maximum: 20, scope: tenant}
  - {id: title, default: Hello}
`

// A person's value wins over their tenant's, that over the default; what a module sees is what was set last, and nobody else's.
func TestSettingsReachTheModuleAtTheirLevels(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "chosen")
	writeFile(t, dir+"/app.json", `{"schema_version": "mozaiks.app.v1", "appId": "chosen"}`)
	writeFile(t, dir+"/modules/chosen/module.yaml", chosenYAML)
	writeFile(t, dir+"/modules/chosen/contracts/settings.yaml", chosenSettings)
	g := newGuest("settings_get")
	g.Handler("show", g.call("settings_get", `{}`))
	writeFile(t, dir+"/modules/chosen/backend/chosen.wasm", string(g.Bytes()))
	data := t.TempDir()
	h := launch(t, freeAddr(t), data, nil, dir)
	ann, bob, eve := persona{"ann", "acme", ""}, persona{"bob", "acme", ""}, persona{"eve", "evil", ""}
	sees := func(h *host, p persona) string {
		t.Helper()
		a := h.do(http.MethodPost, "/api/apps/chosen/modules/chosen/actions/show", "{}", p)
		v, _ := a.field(t, "values").(map[string]any)
		return fmt.Sprint(v["color"], " ", v["size"], " ", v["title"])
	}
	own, tenant := "/api/apps/chosen/modules/chosen/settings", "/api/apps/chosen/admin/modules/chosen/settings"
	for _, step := range []struct {
		path, body string
		by         persona
		status     int
		code       string
		ann, bob   string
	}{
		{own, `{"values": {"color": "blue"}}`, ann, 200, "", "blue 10 Hello", "red 10 Hello"},
		{tenant, `{"values": {"color": "green", "size": 20}}`, bob, 200, "", "blue 20 Hello", "green 20 Hello"},
		{own, `{"values": {"size": 5}}`, ann, 404, "SETTING_NOT_FOUND", "blue 20 Hello", "green 20 Hello"},
		{tenant, `{"values": {"title": "Mine"}}`, bob, 404, "SETTING_NOT_FOUND", "blue 20 Hello", "green 20 Hello"},
		{own, `{"values": {"color": "pink"}}`, ann, 422, "SETTING_INVALID", "blue 20 Hello", "green 20 Hello"},
		{own, `{"values": {"color": "red", "nothing": 1}}`, ann, 404, "SETTING_NOT_FOUND", "blue 20 Hello", "green 20 Hello"},
		{tenant, `{"values": {"size": 21}}`, bob, 422, "SETTING_INVALID", "blue 20 Hello", "green 20 Hello"},
		{own, `{"values": {"color": null}}`, ann, 200, "", "green 20 Hello", "green 20 Hello"},
	} {
		got := h.do(http.MethodPut, step.path, step.body, step.by)
		if got.status != step.status || got.code() != step.code {
			t.Errorf("%s %s: %d %s", step.path, step.body, got.status, got.body)
		}
		if a, b := sees(h, ann), sees(h, bob); a != step.ann || b != step.bob {
			t.Errorf("after %s: ann sees %s, bob %s", step.body, a, b)
		}
	}
	if got := sees(h, eve); got != "red 10 Hello" {
		t.Errorf("another tenant sees %s", got)
	}
	h.kill()
	h = launch(t, freeAddr(t), data, nil, dir)
	if got := sees(h, ann); got != "green 20 Hello" {
		t.Errorf("after a restart ann sees %s", got)
	}
}
