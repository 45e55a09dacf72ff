package settings_test

import (
	"context"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/settings"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/sqlite"
)

func open(t *testing.T) *settings.Settings {
	t.Helper()
	db, err := sqlite.Open(context.Background(), t.TempDir(), &sqlite.Options{Synchronous: "NORMAL"})
	if err != nil {
		t.Fatal(err)
	}
	store := persistence.New(db, &persistence.Options{CursorKey: [32]byte{1}})
	t.Cleanup(func() { _ = store.Close() })
	return settings.New(store)
}

func tasks() *module.Module {
	most := int64(100)
	return &module.Module{ID: "tasks", Settings: []module.Setting{
		{ID: "size", Type: "integer", Default: int64(50), Scope: "user", Maximum: &most},
		{ID: "view", Type: "enum", EnumValues: []string{"list", "board"}, Default: "list", Scope: "tenant"},
		{ID: "title", Type: "string", MaxLength: 10, Scope: "app"},
	}}
}

// A setting that is overridden for the app, the tenant and the user resolves in that order, and back again as each is taken away.
func TestTheDeepestLayerWins(t *testing.T) {
	t.Parallel()
	s, m, ctx := open(t), tasks(), context.Background()
	ann := settings.Owner{App: "shop", Tenant: "acme", User: "ann"}
	expect := func(o settings.Owner, value any, source string) {
		t.Helper()
		values, passed, err := s.Resolve(ctx, m, o)
		if err != nil || len(passed) > 0 {
			t.Fatal(err, passed)
		}
		if got := values["size"]; got.Value != value || got.Source != source {
			t.Errorf("%+v: %v of %s, want %v of %s", o, got.Value, got.Source, value, source)
		}
	}
	set := func(layer string, value any) {
		t.Helper()
		if err := s.Set(ctx, m, layer, ann, map[string]any{"size": value}); err != nil {
			t.Fatal(err)
		}
	}
	expect(ann, int64(50), settings.Default)
	set(settings.App, int64(10))
	expect(ann, int64(10), settings.App)
	set(settings.User, int64(30))
	set(settings.Tenant, int64(20))
	expect(ann, int64(30), settings.User)
	expect(settings.Owner{App: "shop", Tenant: "acme", User: "bob"}, int64(20), settings.Tenant)
	expect(settings.Owner{App: "shop", Tenant: "globex", User: "ann"}, int64(10), settings.App)
	expect(settings.Owner{App: "other", Tenant: "acme", User: "ann"}, int64(50), settings.Default)
	set(settings.User, nil)
	expect(ann, int64(20), settings.Tenant)
	set(settings.Tenant, nil)
	set(settings.App, nil)
	expect(ann, int64(50), settings.Default)
}

func TestAnOverrideThatDoesNotFitChangesNothing(t *testing.T) {
	t.Parallel()
	s, m, ctx := open(t), tasks(), context.Background()
	ann := settings.Owner{App: "shop", Tenant: "acme", User: "ann"}
	for name, c := range map[string]struct {
		layer  string
		values map[string]any
		want   fault.Code
	}{
		"too large":       {settings.User, map[string]any{"size": int64(101)}, fault.SettingInvalid},
		"of another type": {settings.User, map[string]any{"size": "5"}, fault.SettingInvalid},
		"no such value":   {settings.Tenant, map[string]any{"view": "grid"}, fault.SettingInvalid},
		"one of two":      {settings.Tenant, map[string]any{"size": int64(5), "view": "grid"}, fault.SettingInvalid},
		"not declared":    {settings.App, map[string]any{"colour": "red"}, fault.SettingNotFound},
		"too deep":        {settings.User, map[string]any{"view": "board"}, fault.SettingNotFound},
		"for the app":     {settings.Tenant, map[string]any{"title": "x"}, fault.SettingNotFound},
	} {
		if err := s.Set(ctx, m, c.layer, ann, c.values); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	values, _, err := s.Resolve(ctx, m, ann)
	if err != nil || values["size"].Source != settings.Default || values["view"].Source != settings.Default {
		t.Error(values, err)
	}
}

// What a newer declaration does not admit is passed over, and told.
func TestAStoredValueThatFitsNoMoreIsPassedOver(t *testing.T) {
	t.Parallel()
	s, m, ctx := open(t), tasks(), context.Background()
	ann := settings.Owner{App: "shop", Tenant: "acme", User: "ann"}
	if err := s.Set(ctx, m, settings.User, ann, map[string]any{"size": int64(90)}); err != nil {
		t.Fatal(err)
	}
	most := int64(60)
	m.Settings[0].Maximum = &most
	values, passed, err := s.Resolve(ctx, m, ann)
	if err != nil || values["size"].Value != int64(50) || len(passed) != 1 || passed[0].Setting != "size" || passed[0].Layer != settings.User {
		t.Error(values, passed, err)
	}
	m.Settings[0].Maximum, m.Settings[0].Scope = nil, "tenant"
	if _, passed, _ := s.Resolve(ctx, m, ann); len(passed) != 1 {
		t.Error(passed)
	}
}
