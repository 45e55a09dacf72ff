package routing

import (
	"context"
	"slices"

	"github.com/mozaiks/mozaiks/contracts/canonical"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/runtime/events"
	"github.com/mozaiks/mozaiks/runtime/persistence"
)

const (
	titleMax = 200
	bodyMax  = 4000
)

// notify fires a rule: a row for each recipient, in the transaction that completes the delivery. before, if not nil, runs
// first in that transaction.
func (d *Deliverer) notify(ctx context.Context, dl *events.Delivery, m *module.Module, rule *module.Notification,
	stored *events.Stored, payload map[string]any, before func(context.Context, persistence.SQL) error) error {
	if rule.Condition != nil && !rule.Condition.Holds(payload) {
		return d.skip(ctx, dl, fault.ConditionUnmet)
	}
	named, err := namedUsers(rule, payload)
	if err != nil {
		return err
	}
	note, err := render(m, rule, stored, payload)
	if err != nil {
		return err
	}
	err = d.store.UpdateFor(ctx, whose(dl), func(ctx context.Context, sql persistence.SQL) error {
		if before != nil {
			if err := before(ctx, sql); err != nil {
				return err
			}
		}
		people, err := d.inbox.recipients(ctx, sql, dl, rule, named)
		if err != nil {
			return err
		}
		reason := fault.Code("")
		if len(people) == 0 {
			reason = fault.AudienceNobody
		}
		for _, user := range people {
			if err := d.inbox.add(ctx, sql, dl, user, note, d.now()); err != nil {
				return err
			}
		}
		return d.outbox.Complete(ctx, sql, dl, reason, "", d.now())
	})
	if fault.CodeOf(err) == fault.Duplicate {
		return d.skip(ctx, dl, fault.Duplicate)
	}
	return err
}

// namedUsers answers the ids at the audience's user_id_field: one id or a list.
func namedUsers(rule *module.Notification, payload map[string]any) ([]string, error) {
	if rule.Audience.UserIDField == "" {
		return nil, nil
	}
	v, ok := module.Lookup(payload, rule.Audience.UserIDField)
	if !ok || v == nil {
		return nil, nil
	}
	values, isList := v.([]any)
	if !isList {
		values = []any{v}
	}
	var ids []string
	for _, x := range values {
		s, isText := x.(string)
		if !isText || s == "" || len(s) > 255 {
			return nil, fault.New(fault.AudienceInvalid, "the value at %s is no user id", rule.Audience.UserIDField)
		}
		ids = append(ids, s)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// note is a rendered notification, the same for each recipient.
type note struct {
	module, rule, eventID, eventType, correlation, workspace string
	title, body, renderer, context                           string
	preferenceKey                                            string
	defaultEnabled                                           bool
	wanted                                                   []string // channels
}

func render(m *module.Module, rule *module.Notification, stored *events.Stored, payload map[string]any) (*note, error) {
	title, err := module.ParseTemplate(rule.Title)
	if err != nil {
		return nil, fault.Wrap(fault.NotificationRefused, err, "the rule's title is no template")
	}
	body, err := module.ParseTemplate(rule.Body)
	if err != nil {
		return nil, fault.Wrap(fault.NotificationRefused, err, "the rule's body is no template")
	}
	fields := map[string]any{}
	for _, path := range rule.ContextFields {
		if v, ok := module.Lookup(payload, path); ok {
			fields[path] = v
		}
	}
	e := &stored.Envelope
	return &note{module: m.ID, rule: rule.ID, eventID: e.ID, eventType: e.Type, correlation: e.CorrelationID, workspace: e.Workspace,
		title: title.Render(payload, titleMax), body: body.Render(payload, bodyMax), renderer: rule.Renderer,
		context: string(canonical.Append(nil, fields)), wanted: rule.Channels, preferenceKey: rule.PreferenceKey,
		defaultEnabled: rule.DefaultEnabled}, nil
}
