// Package routing gives events their meaning: which reactions and notification rules an event reaches, what a delivery runs,
// and whom a notification tells.
package routing

import (
	"time"

	"github.com/mozaiks/mozaiks/contracts/module"
	"github.com/mozaiks/mozaiks/runtime/events"
)

// Index finds the subscriptions of an event. It is made once for a snapshot and never changes.
type Index struct {
	byType map[string][]subscription
}

type subscription struct {
	events.Subscription
	producer string
	filters  []module.Filter
}

// Times of deliveries that declare none of their own.
const (
	defaultLease = 300 * time.Second
	defaultDelay = 5 * time.Second
)

// NewIndex indexes the reactions and rules of these modules. A rule that a reaction of its module targets for the same event
// fires through that reaction alone. attempts is for what declares no number of its own.
func NewIndex(mods []*module.Module, attempts int) *Index {
	x := &Index{byType: map[string][]subscription{}}
	for _, m := range mods {
		targeted := map[string]bool{}
		for i := range m.Reactions {
			r := &m.Reactions[i]
			if r.Target.Kind == "notification" {
				targeted[r.Target.NotificationID+" "+r.EventType] = true
			}
			x.add(r.EventType, subscription{producer: r.Producer, filters: r.Filters, Subscription: events.Subscription{
				Kind: events.KindReaction, Module: m.ID, ID: r.ID, MaxAttempts: r.MaxAttempts, Lease: r.Lease,
				RetryDelay: r.RetryDelay}}, attempts)
		}
		for i := range m.Notifications {
			n := &m.Notifications[i]
			if n.EventType == "" || targeted[n.ID+" "+n.EventType] {
				continue
			}
			x.add(n.EventType, subscription{Subscription: events.Subscription{
				Kind: events.KindNotification, Module: m.ID, ID: n.ID, Lease: defaultLease, RetryDelay: defaultDelay}}, attempts)
		}
	}
	return x
}

func (x *Index) add(eventType string, s subscription, attempts int) {
	if s.MaxAttempts == 0 {
		s.MaxAttempts = attempts
	}
	if s.Lease == 0 {
		s.Lease = defaultLease
	}
	x.byType[eventType] = append(x.byType[eventType], s)
}

// Match answers the subscriptions that the event reaches.
func (x *Index) Match(e *events.Envelope, payload any) []events.Subscription {
	var out []events.Subscription
	for _, s := range x.byType[e.Type] {
		if (s.producer == "" || s.producer == e.Module) && module.Match(s.filters, payload) {
			out = append(out, s.Subscription)
		}
	}
	return out
}
