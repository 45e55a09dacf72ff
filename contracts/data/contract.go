// Package data holds the data contract of an app, data/contract.json: its collections, who owns them and who may use them.
package data

// File is where an app declares its data.
const File = "data/contract.json"

// SchemaVersion is the one version of a data contract.
const SchemaVersion = "mozaiks.data.v1"

// Contract is an app's data contract, decoded, with defaults filled in. Do not change it: it is shared.
type Contract struct {
	Version     string // the author's label, not interpreted
	AppID       string
	Collections []*Collection
	Grants      []Grant
	// Hosted are the collections of scope platform or hosted: declared, but the host's own, without a table and without guests.
	Hosted []*Collection
	// AllowDestructive is the author's leave for migrations that lose data.
	AllowDestructive bool

	meanings map[meaning]target // what Resolve answers; nil for a contract that was not decoded
}

// Tenancy says whom the rows of a collection belong to.
type Tenancy string

// The four tenancies.
const (
	PerTenant    Tenancy = "per_tenant"
	PerWorkspace Tenancy = "per_workspace"
	PerUser      Tenancy = "per_user"
	AppWide      Tenancy = "app_wide"
)

// Collection is one declared set of documents.
type Collection struct {
	Module           string // owner: the surface's id
	SurfaceKind      string // module, or another kind, whose collections no guest opens; "" counts as module
	Name             string
	Entity           string   // a second name for guests; "" for none
	Aliases          []string // further names for the owner
	DataAlias        string
	Tenancy          Tenancy
	OwnerField       string // "" where the tenancy has none
	Writers          string // app_wide: any or operator
	Fields           []Field
	HasFields        bool // false: any field is accepted
	AdditionalFields bool
	Indexes          []Index
	GuestsReadOnly   bool // lifecycle.write_mode platform_sync
	AdditiveOnly     bool
	MaxDocuments     int64 // 0: no limit of its own
	MaxBytes         int64
	Account          *Account // nil: the rows are personal only where the tenancy is per_user
}

// Account says whose personal data the rows of a collection are that does not belong to one user by its tenancy.
type Account struct {
	UserField string // holds the user's id, and is the first part of an index
	OnErase   string // delete, clear or keep
	Export    bool
}

// guests tells whether modules may open the collection at all.
func (c *Collection) guests() bool { return c.SurfaceKind == "" || c.SurfaceKind == moduleKind }

// Field is one declared top-level field.
type Field struct {
	Name       string
	Type       string // string integer number boolean datetime date object array json
	Required   bool
	Nullable   bool
	Enum       []any
	Default    any // nil where HasDefault is false
	HasDefault bool
	MaxLength  int // code points of a string, items of an array
	Min, Max   *float64
	Items      string // scalar type of an array's elements; "" for any
	Immutable  bool
}

// Index is an index over 1 to 4 parts; the scope stands before them and is not written.
type Index struct {
	Name   string
	Parts  []Part
	Unique bool
	Sparse bool
}

// Part is one part of an index.
type Part struct {
	Field string // a field, a dotted path into an object or json field, _id, _created_at or _updated_at
	Desc  bool
	Fold  bool
}

// Grant opens a collection of one module to another.
type Grant struct {
	OwnerModule string
	Collection  string
	Module      string
	DataAlias   string // "" for none
	ReadOnly    bool
}

// Field answers the field of that name, or nil.
func (c *Collection) Field(name string) *Field {
	for i := range c.Fields {
		if c.Fields[i].Name == name {
			return &c.Fields[i]
		}
	}
	return nil
}
