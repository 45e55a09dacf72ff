// Package events holds what happens between modules: the envelope of an event, the outbox that commits with the effects that
// caused it, and the deliveries that bring each event to each of its subscribers, at least once in delivery and once in effect.
package events

import "encoding/json"

// Envelope is an event in the CloudEvents 1.0 JSON format with our extension attributes. The host sets every attribute; a
// guest gives only Type and Data.
type Envelope struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            string          `json:"type"`
	Subject         string          `json:"subject,omitempty"`
	Time            string          `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	DataSchema      string          `json:"dataschema"`
	App             string          `json:"app"`
	Tenant          string          `json:"tenant,omitempty"`
	Workspace       string          `json:"workspace,omitempty"`
	AuthType        string          `json:"authtype"` // app_user, service_account, unauthenticated, system
	AuthID          string          `json:"authid,omitempty"`
	Module          string          `json:"module"`
	Action          string          `json:"action,omitempty"`
	SchemaVersion   int             `json:"schemaversion"`
	InvocationID    string          `json:"invocationid"`
	RootID          string          `json:"rootid"`
	CorrelationID   string          `json:"correlationid"`
	CausationID     string          `json:"causationid"`
	Depth           int             `json:"depth"`
	Data            json.RawMessage `json:"data,omitempty"`
}

// WithoutData answers the envelope's attributes alone, as `context` shows them to a guest.
func (e Envelope) WithoutData() Envelope {
	e.Data = nil
	return e
}
