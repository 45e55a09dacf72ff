package module

import (
	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/schema"
)

// Relationship is a provider that says what a person is to a resource.
type Relationship struct {
	ID, Label, Action, Description string
	ResourceTypes                  []string
	RelationshipTypes              []string
	Order                          int
}

// PolicyHook is an action that computes an input of policy decisions.
type PolicyHook struct {
	ID, Label, Action, Description string
	ResourceTypes                  []string
	Type                           string // access, classification, decision_input, custom
	Input, Output                  *schema.Schema
	Deterministic                  bool
	Order                          int
}

// relationships reads contracts/relationships.yaml.
func (d *decoder) relationships() {
	top, _ := d.open(RelationshipsFile, document.Optional, "mozaiks.relationships.v1")
	if top == nil {
		return
	}
	seen := map[string]*document.Node{}
	entries(top, "providers", func(_ int, o *document.Record) {
		p := Relationship{}
		var id *document.Node
		p.ID, id = o.String("id", document.Token, document.Required)
		p.Label, _ = o.String("label", document.Text(200), document.Required)
		p.Action = d.readAction(o, document.Required)
		p.ResourceTypes = resourceTypes(o)
		p.Description, _ = o.String("description", document.Text(longText), document.Nullable)
		p.Order = order(o, 0, 9999)
		types, _ := o.Strings("relationship_types", document.Token, document.Nullable)
		p.RelationshipTypes = document.Plain(types)
		o.Close()
		if id != nil && o.Reader().Unique(seen, id, "id") {
			d.module.Relationships = append(d.module.Relationships, p)
		}
	})
	top.Close()
}

func resourceTypes(o *document.Record) []string {
	types, _ := o.Strings("resource_types", document.Token, document.Required|document.NonEmpty)
	return document.Plain(types)
}

// policyHooks reads contracts/policy_hooks.yaml.
func (d *decoder) policyHooks() {
	top, _ := d.open(PolicyHooksFile, document.Optional, "mozaiks.policy_hooks.v1")
	if top == nil {
		return
	}
	seen := map[string]*document.Node{}
	entries(top, "hooks", func(_ int, o *document.Record) {
		r := o.Reader()
		h := PolicyHook{Type: "custom", Deterministic: true}
		var id, action *document.Node
		h.ID, id = o.String("id", document.Token, document.Required)
		h.Label, _ = o.String("label", document.Text(200), document.Required)
		if h.Action, action = o.String("action", document.Name, document.Required); action != nil {
			d.namesAction(r, action, h.Action)
		}
		h.ResourceTypes = resourceTypes(o)
		if kind, n := o.String("hook_type", document.Enum("access", "classification", "decision_input", "custom"), document.Optional); n != nil {
			h.Type = kind
		}
		h.Input = d.schema(o, "input_schema", document.Nullable, true)
		h.Output = d.schema(o, "output_schema", document.Nullable, false)
		if on, n := o.Bool("deterministic", document.Optional); n != nil {
			h.Deterministic = on
		}
		h.Order = order(o, 0, 9999)
		h.Description, _ = o.String("description", document.Text(longText), document.Nullable)
		o.Close()
		if id != nil && r.Unique(seen, id, "id") {
			d.module.PolicyHooks = append(d.module.PolicyHooks, h)
		}
	})
	top.Close()
}
