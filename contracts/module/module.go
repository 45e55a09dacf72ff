// Package module holds the contract of a module: the types of its declarations, their strict decoding, and the checks that
// need nothing but the declarations. What the binary must show is judged by platform/modules, which has the engine.
package module

import (
	"time"

	"github.com/mozaiks/mozaiks/contracts/schema"
)

// Module is a module's declarations, decoded, with defaults filled in.
type Module struct {
	ID          string
	DisplayName string
	Description string
	Version     string // Semantic Versioning; 1.0.0 where absent
	Type        string
	Backend     Backend
	AccountData bool // user_data_scope
	Grants      Grants
	Limits      Limits

	Permissions   []Permission
	Actions       []Action
	Capabilities  []Capability
	Events        []Event
	Reactions     []Reaction
	Notifications []Notification
	Settings      []Setting
	Extensions    []Extension
	Panels        []Panel  // of the admin shell
	Hooks         []string // exports that the admin shell may call as reads
	Profile       Profile
	Relationships []Relationship
	PolicyHooks   []PolicyHook

	// Dir is where the module lies, as findings across modules name it. Defaults to modules/<id>.
	Dir string

	// Digest names the declarations and the binary: sha256:<hex>.
	Digest string

	trace trace
}

// Backend names the binary.
type Backend struct {
	File   string // relative to the module's folder, begins backend/
	ABI    string // mozaiks_v1 or extism
	SHA256 string // lower-case hex; empty where not given
}

// Grants is what the binary may import.
type Grants struct {
	Data         string // "", read, write
	Events       bool
	Notify       bool
	Capabilities []string
	Runs         []string
	HTTP         *HTTPGrant
	AI           *AIGrant
	Secrets      []string

	// Written tells which grants the manifest gives in words; with `grants` absent none is.
	Written map[string]bool
}

// HTTPGrant opens http_fetch.
type HTTPGrant struct{ Hosts, Methods []string }

// AIGrant opens ai_complete.
type AIGrant struct {
	Models    []string
	MaxTokens int
}

// Allows tells whether the grant of an operation's table entry (data, data: write, events, …; "" for none) is given.
func (g *Grants) Allows(grant string) bool {
	switch grant {
	case "":
		return true
	case "data":
		return g.Data != ""
	case "data: write":
		return g.Data == "write"
	case "events":
		return g.Events
	case "notify":
		return g.Notify
	case "capabilities":
		return g.Capabilities != nil
	case "runs":
		return g.Runs != nil
	case "http":
		return g.HTTP != nil
	case "ai":
		return g.AI != nil
	case "secrets":
		return g.Secrets != nil
	}
	return false
}

// Limits is what the module asks for, with defaults.
type Limits struct {
	MemoryMB int
	Fuel     int64
	Timeout  time.Duration
}

// Permission is a right that the module knows.
type Permission struct{ ID, Description string }

// Effects says how an action acts.
type Effects string

// The three kinds of effects.
const (
	Read     Effects = "read"
	Write    Effects = "write"
	External Effects = "external"
)

// Surface says who reaches an action; "" is signed-in callers.
type Surface string

// The surfaces that an action may name.
const (
	SurfaceDefault        Surface = ""
	SurfacePublic         Surface = "public"
	SurfacePublicReadonly Surface = "public_readonly"
	SurfaceInternal       Surface = "internal"
	SurfaceAdminInternal  Surface = "admin_internal"
)

// Action is one thing that a module does on request.
type Action struct {
	ID                  string
	Description         string
	Export              string // handler_method
	Surface             Surface
	Effects             Effects
	Input, Output       *schema.Schema // nil: anything goes
	Permissions         []string
	Emits               []string
	EntitlementGate     string
	AskContextSafe      bool
	Timeout             time.Duration // 0: the module's
	Idempotent          bool
	IdempotencyRequired bool
}

// Capability is something the module offers others by id.
type Capability struct {
	ID, Kind, Target, Title string
	Permissions             []string
	Input                   *schema.Schema
}

// Event is a fact that the module publishes.
type Event struct {
	Type        string
	Version     int
	Producer    string
	Description string
	Payload     *schema.Schema // nil: anything goes
	Subject     string         // path into the payload; "" for none
	Visibility  string         // internal, user, tenant
}

// Reaction is what the module does when an event happens.
type Reaction struct {
	ID             string
	EventType      string
	Producer       string
	Target         Target
	Filters        []Filter // all must hold
	IdempotencyKey []string // payload paths; nil for none
	Permissions    []string
	Lease          time.Duration
	MaxAttempts    int
	RetryDelay     time.Duration
}

// Target says what a reaction runs. For kind handler either Action names a declared action, or Export a bare handler.
type Target struct {
	Kind           string // handler, capability, notification, service_adapter
	Action         string
	Export         string
	CapabilityID   string
	NotificationID string
	Adapter        string
	AdapterMethod  string
}

// Notification is a rule that tells people of an event.
type Notification struct {
	ID             string
	EventType      string
	Condition      *Condition
	Channels       []string
	Audience       Audience
	Title          string
	Body           string
	ContextFields  []string
	PreferenceKey  string
	DefaultEnabled bool
	Renderer       string
}

// Condition holds where the value at Field equals, differs from or is one of the values, as Op says.
type Condition struct {
	Field  string
	Op     string // equals, not_equals, in
	Values []any  // one, except for in
}

// Audience says whom a rule tells; with nothing given, every member of the event's tenant.
type Audience struct {
	Roles       []string
	Permissions []string
	UserIDField string
	Resolver    string
	Everyone    bool
}

// Setting is a value that the app, a tenant or a user may choose.
type Setting struct {
	ID         string
	Type       string // string, boolean, integer, enum
	Default    any
	Scope      string // app, tenant, user
	EnumValues []string
	Minimum    *int64
	Maximum    *int64
	MaxLength  int
	Label      string
}

// Action answers the action of that id, or nil.
func (m *Module) Action(id string) *Action {
	for i := range m.Actions {
		if m.Actions[i].ID == id {
			return &m.Actions[i]
		}
	}
	return nil
}

// Event answers the event of that type, or nil.
func (m *Module) Event(eventType string) *Event {
	for i := range m.Events {
		if m.Events[i].Type == eventType {
			return &m.Events[i]
		}
	}
	return nil
}

// Notification answers the rule of that id, or nil.
func (m *Module) Notification(id string) *Notification {
	for i := range m.Notifications {
		if m.Notifications[i].ID == id {
			return &m.Notifications[i]
		}
	}
	return nil
}

// DeclaresPermission tells whether the module knows the permission.
func (m *Module) DeclaresPermission(id string) bool {
	for _, p := range m.Permissions {
		if p.ID == id {
			return true
		}
	}
	return false
}
