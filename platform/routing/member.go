package routing

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mozaiks/mozaiks/runtime/auth"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

// member is one person whom the host has seen in a tenant of an app. The directory serves audiences, never authorization.
type member struct {
	UserID, Workspace string
	Roles, Scopes     []string
}

// principal is the member as rights are computed for: never authenticated by that.
func (m *member) principal() *auth.Principal {
	return &auth.Principal{Kind: auth.User, Provenance: auth.TokenValidated, UserID: m.UserID, Roles: m.Roles, Scopes: m.Scopes}
}

// members answers the active members of a tenant, only those named if ids is not nil.
func members(ctx context.Context, sql persistence.SQL, app, tenant string, ids []string) ([]member, error) {
	query, args := `SELECT user_id, workspace, roles, scopes FROM mz_members WHERE app = ? AND tenant = ? AND state = 'active'`,
		[]any{app, tenant}
	if ids != nil {
		query += ` AND user_id IN (` + strings.TrimSuffix(strings.Repeat("?, ", len(ids)), ", ") + `)`
		for _, u := range ids {
			args = append(args, u)
		}
	}
	rows, err := sql.Query(ctx, query+` ORDER BY user_id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []member
	for rows.Next() {
		var m member
		var roles, scopes string
		if err := rows.Scan(&m.UserID, &m.Workspace, &roles, &scopes); err != nil {
			return nil, err
		}
		if err := errors.Join(json.Unmarshal([]byte(roles), &m.Roles), json.Unmarshal([]byte(scopes), &m.Scopes)); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// Directory writes down who calls, when a call shows something new, and at most every five minutes otherwise.
type Directory struct {
	store *persistence.Store
	now   func() time.Time

	mu   sync.Mutex
	seen map[string]sighting
}

type sighting struct {
	at   time.Time
	what string
}

const (
	sightingAge = 5 * time.Minute
	sightingMax = 100_000 // people remembered; beyond that the memory begins anew
)

// NewDirectory makes the directory.
func NewDirectory(store *persistence.Store) *Directory {
	return &Directory{store: store, now: time.Now, seen: map[string]sighting{}}
}

// Saw notes a caller. Callers without a user or tenant are nobody's members.
func (d *Directory) Saw(ctx context.Context, app string, p *auth.Principal) error {
	if p.UserID == "" || p.Tenant == "" || p.Kind == auth.Service {
		return nil
	}
	roles, err := json.Marshal(nonNil(p.Roles))
	if err != nil {
		return err
	}
	scopes, err := json.Marshal(nonNil(p.Scopes))
	if err != nil {
		return err
	}
	key := app + "/" + p.Tenant + "/" + p.UserID
	what := strings.Join([]string{string(roles), string(scopes), p.Workspace, p.Name, p.Email}, "\x00")
	now := d.now()
	d.mu.Lock()
	last, known := d.seen[key]
	d.mu.Unlock()
	if known && last.what == what && now.Sub(last.at) < sightingAge {
		return nil
	}
	err = d.store.UpdateFor(ctx, persistence.Whose{App: app, Tenant: p.Tenant}, func(ctx context.Context, sql persistence.SQL) error {
		_, err := sql.Exec(ctx, `INSERT INTO mz_members (app, tenant, user_id, provider, name, email, roles, scopes, workspace, state,
			last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?) ON CONFLICT (app, tenant, user_id) DO UPDATE SET
			provider = excluded.provider, name = excluded.name, email = excluded.email, roles = excluded.roles,
			scopes = excluded.scopes, workspace = excluded.workspace, last_seen_at = excluded.last_seen_at`,
			app, p.Tenant, p.UserID, p.Provider, p.Name, p.Email, string(roles), string(scopes), p.Workspace, now.UnixMilli())
		return err
	})
	if err != nil {
		return unavailable(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.seen) >= sightingMax {
		clear(d.seen)
	}
	d.seen[key] = sighting{at: now, what: what}
	return nil
}

func nonNil(s []string) []string {
	return slices.Concat([]string{}, s)
}
