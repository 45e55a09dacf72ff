// Package settings keeps the values that override the defaults of modules' settings: of the app, of a tenant, of a user.
package settings

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// The layers, from the one that everything else overrides to the one that overrides everything.
const (
	Default = "default"
	App     = "app"
	Tenant  = "tenant"
	User    = "user"
)

var layers = []string{Default, App, Tenant, User}

// Owner says whose values are meant.
type Owner struct{ App, Tenant, User string }

// Value is what holds of one setting, and where it comes from.
type Value struct {
	Value  any    `json:"value"`
	Source string `json:"source"`
	Scope  string `json:"scope"`
	Type   string `json:"type"`
	Label  string `json:"label,omitempty"`
}

// Passed is a stored value that the declaration does not admit any more.
type Passed struct {
	Module  string `json:"module"`
	Setting string `json:"setting"`
	Layer   string `json:"layer"`
	Reason  string `json:"reason"`
}

// Settings keeps the values in the host's own tables. It is safe for concurrent use.
type Settings struct {
	store *persistence.Store
	now   func() time.Time
}

// New makes the settings of a store.
func New(store *persistence.Store) *Settings { return &Settings{store: store, now: time.Now} }

// Resolve answers the values of a module for an owner: the user's over the tenant's over the app's over the default, as deep as each
// setting may be overridden.
func (s *Settings) Resolve(ctx context.Context, m *module.Module, o Owner) (values map[string]Value, passed []Passed, err error) {
	values = map[string]Value{}
	for i := range m.Settings {
		d := &m.Settings[i]
		values[d.ID] = Value{Value: d.Default, Source: Default, Scope: d.Scope, Type: d.Type, Label: d.Label}
	}
	if len(values) == 0 {
		return values, nil, nil
	}
	rows, err := s.read(ctx, m.ID, o)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		i := slices.IndexFunc(m.Settings, func(d module.Setting) bool { return d.ID == r.setting })
		if i < 0 {
			continue // it is not declared any more
		}
		d := &m.Settings[i]
		v, err := canonical.Parse([]byte(r.value))
		switch {
		case err != nil || !d.Accepts(v):
			passed = append(passed, Passed{m.ID, r.setting, r.layer, "the stored value does not fit the declaration"})
		case depth(r.layer) > depth(d.Scope):
			passed = append(passed, Passed{m.ID, r.setting, r.layer, "the setting is not for this layer any more"})
		default:
			now := values[r.setting]
			now.Value, now.Source = v, r.layer
			values[r.setting] = now
		}
	}
	return values, passed, nil
}

// Overrides answers the values that differ in source from the defaults, for the executor.
func (s *Settings) Overrides(ctx context.Context, inv *modules.Invocation) (map[string]any, error) {
	values, _, err := s.Resolve(ctx, inv.Module.Module, Owner{App: inv.Snapshot.App, Tenant: inv.Principal.Tenant, User: inv.Principal.UserID})
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	for name, v := range values {
		if v.Source != Default {
			out[name] = v.Value
		}
	}
	return out, nil
}

func depth(layer string) int { return slices.Index(layers, layer) }

type row struct{ layer, setting, value string }

// read answers the stored values that an owner sees, the deepest layer last.
func (s *Settings) read(ctx context.Context, module string, o Owner) (out []row, err error) {
	err = s.store.ViewFor(ctx, persistence.Whose{App: o.App, Tenant: o.Tenant, User: o.User}, func(ctx context.Context, sql persistence.SQL) error {
		out = nil
		rows, err := sql.Query(ctx, `SELECT tenant, user_id, setting, value FROM mz_settings WHERE app = ? AND module = ?
			AND (tenant = '' OR tenant = ? AND (user_id = '' OR user_id = ?))`, o.App, module, o.Tenant, o.User)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var tenant, user string
			r := row{layer: App}
			if err := rows.Scan(&tenant, &user, &r.setting, &r.value); err != nil {
				return err
			}
			switch {
			case user != "":
				r.layer = User
			case tenant != "":
				r.layer = Tenant
			}
			out = append(out, r)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fault.Wrap(fault.StoreUnavailable, err, "the settings could not be read")
	}
	slices.SortFunc(out, func(a, b row) int {
		return cmp.Or(cmp.Compare(depth(a.layer), depth(b.layer)), cmp.Compare(a.setting, b.setting))
	})
	return out, nil
}

// Set stores values in a layer, all or none; null takes one away. A layer deeper than a setting's scope has no such setting.
func (s *Settings) Set(ctx context.Context, m *module.Module, layer string, o Owner, values map[string]any) error {
	switch layer {
	case App:
		o.Tenant, o.User = "", ""
	case Tenant:
		o.User = ""
	}
	if layer != App && o.Tenant == "" || layer == User && o.User == "" {
		return fault.New(fault.SettingNotFound, "the caller has no such layer")
	}
	for name, v := range values {
		i := slices.IndexFunc(m.Settings, func(d module.Setting) bool { return d.ID == name })
		if i < 0 || depth(layer) > depth(m.Settings[i].Scope) {
			return fault.New(fault.SettingNotFound, "the module has no such setting for this layer").WithDetails(map[string]any{"setting": name})
		}
		if v != nil && !m.Settings[i].Accepts(v) {
			return fault.New(fault.SettingInvalid, "the value does not fit the setting").WithDetails(map[string]any{"setting": name})
		}
	}
	now := s.now().UnixMilli()
	err := s.store.UpdateFor(ctx, persistence.Whose{App: o.App, Tenant: o.Tenant, User: o.User}, func(ctx context.Context, sql persistence.SQL) error {
		for name, v := range values {
			if v == nil {
				if _, err := sql.Exec(ctx, `DELETE FROM mz_settings WHERE app = ? AND module = ? AND tenant = ? AND user_id = ? AND setting = ?`,
					o.App, m.ID, o.Tenant, o.User, name); err != nil {
					return err
				}
				continue
			}
			if _, err := sql.Exec(ctx, `INSERT INTO mz_settings (app, module, tenant, user_id, setting, value, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (app, module, tenant, user_id, setting) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
				o.App, m.ID, o.Tenant, o.User, name, string(canonical.Append(nil, v)), now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fault.Wrap(fault.StoreUnavailable, err, "the settings could not be stored")
	}
	return nil
}
