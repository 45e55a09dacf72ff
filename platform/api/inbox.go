package api

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/platform/modules"
	"github.com/mozaiks/mozaiks/platform/routing"
	"github.com/mozaiks/mozaiks/runtime/transport"
)

const (
	pageDefault = 50
	pageMax     = 200
)

func (a *API) listInbox(w http.ResponseWriter, r *http.Request, _ *modules.Snapshot, o routing.Owner) error {
	if err := onlyParams(r, "status", "limit", "cursor"); err != nil {
		return err
	}
	query := r.URL.Query()
	status := query.Get("status")
	switch status {
	case "":
		status = "all"
	case "all", "unread", "read":
	default:
		return fault.New(fault.InvalidParams, "status is all, unread or read")
	}
	limit := pageDefault
	if text := query.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > pageMax {
			return fault.New(fault.InvalidParams, "limit is 1 to %d", pageMax)
		}
		limit = n
	}
	bound := []string{"notifications", o.App, o.Tenant, o.User, status}
	before := ""
	if query.Has("cursor") {
		var err error
		if before, err = openCursor(a.opts.CursorKey, query.Get("cursor"), bound); err != nil {
			return err
		}
	}
	items, more, err := a.Inbox.List(r.Context(), o, status, before, limit)
	if err != nil {
		return err
	}
	_, unread, err := a.Inbox.Count(r.Context(), o)
	if err != nil {
		return err
	}
	var next *string
	if more {
		cursor := sealCursor(a.opts.CursorKey, items[len(items)-1].ID, bound)
		next = &cursor
	}
	transport.WriteJSON(w, r, http.StatusOK, map[string]any{"items": items, "next_cursor": next, "unread_count": unread})
	return nil
}

func (a *API) countInbox(w http.ResponseWriter, r *http.Request, _ *modules.Snapshot, o routing.Owner) error {
	count, unread, err := a.Inbox.Count(r.Context(), o)
	if err != nil {
		return err
	}
	transport.WriteJSON(w, r, http.StatusOK, map[string]any{"count": count, "unread_count": unread})
	return nil
}

func (a *API) markRead(read bool) userHandler {
	return func(w http.ResponseWriter, r *http.Request, _ *modules.Snapshot, o routing.Owner) error {
		n, err := a.Inbox.MarkRead(r.Context(), o, chi.URLParam(r, "id"), read, a.now())
		return changed(w, r, n, err)
	}
}

func (a *API) markAllRead(w http.ResponseWriter, r *http.Request, _ *modules.Snapshot, o routing.Owner) error {
	body, err := transport.ReadObject(w, r, a.opts.MaxBody)
	if err != nil {
		return err
	}
	before := ""
	for name, v := range body {
		text, ok := v.(string)
		if name != "before" || !ok {
			return fault.New(fault.InvalidParams, "the body has one field, before: a notification's id")
		}
		before = text
	}
	n, err := a.Inbox.MarkAllRead(r.Context(), o, before, a.now())
	return changed(w, r, n, err)
}

func (a *API) dismiss(w http.ResponseWriter, r *http.Request, _ *modules.Snapshot, o routing.Owner) error {
	n, err := a.Inbox.Dismiss(r.Context(), o, chi.URLParam(r, "id"), a.now())
	return changed(w, r, n, err)
}

func (a *API) dismissAll(w http.ResponseWriter, r *http.Request, _ *modules.Snapshot, o routing.Owner) error {
	n, err := a.Inbox.DismissAll(r.Context(), o, a.now())
	return changed(w, r, n, err)
}

func changed(w http.ResponseWriter, r *http.Request, n int64, err error) error {
	if err != nil {
		return err
	}
	transport.WriteJSON(w, r, http.StatusOK, map[string]any{"changed": n})
	return nil
}

func (a *API) getPreferences(w http.ResponseWriter, r *http.Request, s *modules.Snapshot, o routing.Owner) error {
	items, err := a.Inbox.Preferences(r.Context(), o, s)
	if err != nil {
		return err
	}
	transport.WriteJSON(w, r, http.StatusOK, map[string]any{"items": items})
	return nil
}

func (a *API) putPreferences(w http.ResponseWriter, r *http.Request, s *modules.Snapshot, o routing.Owner) error {
	body, err := transport.ReadObject(w, r, a.opts.MaxBody)
	if err != nil {
		return err
	}
	wanted, err := preferences(body)
	if err != nil {
		return err
	}
	if err := a.Inbox.SetPreferences(r.Context(), o, s, wanted); err != nil {
		return err
	}
	return a.getPreferences(w, r, s, o)
}

func preferences(body map[string]any) ([]routing.Preference, error) {
	bad := fault.New(fault.InvalidParams, "the body is {items: [{key, channel, enabled}]}")
	items, ok := body["items"].([]any)
	if !ok || len(body) != 1 || len(items) > 1000 {
		return nil, bad
	}
	var out []routing.Preference
	for _, item := range items {
		o, _ := item.(map[string]any)
		key, okKey := o["key"].(string)
		channel, okChannel := o["channel"].(string)
		enabled, okEnabled := o["enabled"].(bool)
		if !okKey || !okChannel || !okEnabled || len(o) != 3 {
			return nil, bad
		}
		out = append(out, routing.Preference{Key: key, Channel: channel, Enabled: enabled})
	}
	return out, nil
}
