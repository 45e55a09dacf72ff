package desk

import (
	"maps"
	"slices"
	"time"
)

// Survey says what to read of a host.
type Survey struct {
	// Tenants are the tenants to ask for, in order.
	Tenants []string
	// Agents are the agents of each tenant whose inboxes are read, in order.
	Agents map[string][]string
	// Customers are the customers of each tenant whose summaries are read, in order.
	Customers map[string][]string
	// AsOf is the moment at which the service levels are judged: that of the last thing that happened to a ticket, so that
	// every run judges the same.
	AsOf time.Time
}

// SurveyOf answers the survey that sees all that an import of these tickets leaves behind.
func SurveyOf(tickets []*Ticket) Survey {
	agents, customers := map[string]map[string]bool{}, map[string]map[string]bool{}
	s := Survey{Agents: map[string][]string{}, Customers: map[string][]string{}}
	for _, t := range tickets {
		if agents[t.Tenant] == nil {
			agents[t.Tenant], customers[t.Tenant] = map[string]bool{}, map[string]bool{}
		}
		customers[t.Tenant][t.CustomerID] = true
		if t.Assigned() {
			agents[t.Tenant][t.AssigneeID] = true
		}
		for _, c := range t.Comments {
			if c.AuthorKind == Agent {
				agents[t.Tenant][c.AuthorID] = true
			}
		}
		for _, step := range t.Steps() {
			if step.At.After(s.AsOf) {
				s.AsOf = step.At
			}
		}
	}
	s.Tenants = slices.Sorted(maps.Keys(agents))
	for _, tenant := range s.Tenants {
		s.Agents[tenant] = slices.Sorted(maps.Keys(agents[tenant]))
		s.Customers[tenant] = slices.Sorted(maps.Keys(customers[tenant]))
	}
	return s
}
