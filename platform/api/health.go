package api

import (
	"context"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/id"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/transport"
)

// checkTime bounds a look at the store.
const checkTime = 2 * time.Second

func (a *API) live(w http.ResponseWriter, r *http.Request) error {
	transport.WriteJSON(w, r, http.StatusOK, map[string]any{"status": "alive", "time": id.FormatTime(a.now())})
	return nil
}

func (a *API) storeWorks(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	return a.Store.View(ctx, func(ctx context.Context, sql persistence.SQL) error {
		var one int64
		return sql.QueryRow(ctx, `SELECT 1`).Scan(&one)
	}) == nil
}

func (a *API) health(w http.ResponseWriter, r *http.Request) error {
	status, code := "healthy", http.StatusOK
	if !a.storeWorks(r.Context()) {
		status, code = "degraded", http.StatusServiceUnavailable
	}
	serving, failed := a.Apps.Count()
	transport.WriteJSON(w, r, code, map[string]any{"status": status, "version": a.opts.Version,
		"apps": map[string]int{"serving": serving, "failed": failed}})
	return nil
}

func (a *API) ready(w http.ResponseWriter, r *http.Request) error {
	checks := map[string]string{"store": "ok", "jobs": "ok", "engine": "ok", "keys": "not_configured", "apps": "ok"}
	status, code := "ready", http.StatusOK
	if !a.storeWorks(r.Context()) {
		checks["store"], status = "failed", "degraded"
	}
	if serving, _ := a.Apps.Count(); serving == 0 {
		checks["apps"], status = "failed", "starting"
	}
	if a.Draining() {
		status = "draining"
	}
	if status != "ready" {
		code = http.StatusServiceUnavailable
	}
	transport.WriteJSON(w, r, code, map[string]any{"status": status, "checks": checks})
	return nil
}

// appHealth tells whether an app serves whole. A developer sees besides how its deliveries stand.
func (a *API) appHealth(w http.ResponseWriter, r *http.Request) error {
	s := a.Apps.Snapshot(chi.URLParam(r, "app"))
	if s == nil {
		return fault.New(fault.AppNotFound, "no such app here")
	}
	w.Header().Set("Mozaiks-Snapshot", s.Digest)
	body := map[string]any{"status": "ok"}
	code := http.StatusOK
	if len(s.Failed) > 0 {
		body["status"], body["failed_modules"], code = "degraded", s.FailedModules(), http.StatusServiceUnavailable
	}
	if p, err := a.Auth.Authenticate(r); err == nil && p.Development() {
		if err := a.totals(r.Context(), s, body); err != nil {
			return err
		}
	}
	transport.WriteJSON(w, r, code, body)
	return nil
}

func (a *API) totals(ctx context.Context, s *modules.Snapshot, body map[string]any) error {
	var totals *events.Totals
	var events, notifications int64
	err := a.Store.View(ctx, func(ctx context.Context, sql persistence.SQL) (err error) {
		totals, err = a.Outbox.Totals(ctx, sql, s.App)
		return err
	})
	if err == nil {
		err = a.Store.ViewAll(ctx, s.App, func(ctx context.Context, sql persistence.SQL) error {
			n, err := a.Outbox.Count(ctx, sql, s.App)
			if err != nil {
				return err
			}
			events += n
			err = sql.QueryRow(ctx, `SELECT count(*) FROM mz_notifications WHERE app = ?`, s.App).Scan(&n)
			notifications += n
			return err
		})
	}
	if err != nil {
		return fault.Wrap(fault.StoreUnavailable, err, "the store cannot be read")
	}
	body["events"], body["deliveries"], body["notifications"] = events, totals.Deliveries, notifications
	return nil
}
