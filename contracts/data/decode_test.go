package data_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/diagnostic"
)

var modules = []string{"tasks", "reports", "billing"}

// decode answers the contract and its findings as CODE path lines; warnings end with w, notes with n.
func decode(t *testing.T, raw string, opts data.Options) (*data.Contract, string) {
	t.Helper()
	c, findings := data.Decode([]byte(raw), "shop", modules, opts)
	var out []string
	for _, f := range findings {
		s := string(f.Code) + " " + f.Path
		switch f.Severity {
		case diagnostic.Warning:
			s += " w"
		case diagnostic.Note:
			s += " n"
		}
		if f.Hint == "" || f.Message == "" || f.File != data.File {
			t.Errorf("incomplete: %+v", f)
		}
		out = append(out, s)
	}
	return c, strings.Join(out, "\n")
}

// app is a contract of a module tasks with these collections, and further top-level members.
func app(collections, more string) string {
	return `{"version": "1", "surfaces": [{"surface_id": "tasks", "surface_kind": "module", "collections": [` + collections + `]}]` + more + `}`
}

// collection is a per_tenant collection of one field, with further members.
func collection(more string) string {
	return app(`{"name": "c", "fields": [{"name": "a", "type": "string"}]`+more+`}`, "")
}

// field is a contract with one collection of one field, with these members besides its name.
func field(members string) string {
	return app(`{"name": "c", "fields": [{"name": "a", `+members+`}]}`, "")
}

const (
	atCollection = "$.surfaces[0].collections[0]"
	atField      = atCollection + ".fields[0]"
	atIndex      = atCollection + ".indexes[0]"
)

func check(t *testing.T, cases map[string][2]string) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, got := decode(t, c[0], data.Options{}); got != c[1] {
				t.Errorf("%s\ngot  %s\nwant %s", c[0], got, c[1])
			}
		})
	}
}

func TestTopLevel(t *testing.T) {
	t.Parallel()
	check(t, map[string][2]string{
		"the least":                  {`{"version": "1", "surfaces": []}`, ""},
		"not JSON":                   {`{"version": "1",}`, "JSON_SYNTAX $"},
		"a key twice":                {`{"version": "1", "surfaces": [], "version": "2"}`, "JSON_DUPLICATE_KEY $.version"},
		"not an object":              {`[]`, "NOT_AN_OBJECT $"},
		"another version":            {`{"version": 1, "schema_version": "mozaiks.data.v2"}`, "SCHEMA_VERSION $.schema_version"},
		"the version":                {`{"version": "1", "schema_version": "mozaiks.data.v1", "surfaces": []}`, ""},
		"null is absent":             {`{"version": "1", "schema_version": null, "app_id": null, "surfaces": [], "shared_collections": null, "aliases": null, "policies": null, "entities": null}`, ""},
		"nothing":                    {`{}`, "FIELD_MISSING $\nFIELD_MISSING $"},
		"required is not null":       {`{"version": null, "surfaces": null}`, "TYPE $.version\nTYPE $.surfaces"},
		"this app":                   {`{"version": "1", "app_id": "shop", "surfaces": []}`, ""},
		"another app":                {`{"version": "1", "app_id": "desk", "surfaces": []}`, "DATA_APP_MISMATCH $.app_id"},
		"an unknown key":             {`{"version": "1", "surfaces": [], "surface": []}`, "FIELD_UNKNOWN $.surface"},
		"carried":                    {`{"version": "1", "surfaces": [], "metadata_kind": "x", "artifact_version_id": 1, "documented_alias_exclusions": [{}]}`, ""},
		"entities, empty":            {`{"version": "1", "surfaces": [], "entities": []}`, ""},
		"entities":                   {`{"version": "1", "surfaces": [], "entities": [{}]}`, "DATA_LEGACY_FIELD $.entities"},
		"policies, an empty list":    {`{"version": "1", "surfaces": [], "policies": []}`, ""},
		"policies, a list":           {`{"version": "1", "surfaces": [], "policies": [1]}`, "TYPE $.policies"},
		"policies":                   {`{"version": "1", "surfaces": [], "policies": {"default_scope_field": "app_id", "allow_destructive_migrations": true}}`, ""},
		"policies, another scope":    {`{"version": "1", "surfaces": [], "policies": {"default_scope_field": "tenant_id", "x": 1}}`, "ENUM $.policies.default_scope_field\nFIELD_UNKNOWN $.policies.x"},
		"a surface of no module":     {`{"version": "1", "surfaces": [{"surface_id": "taks", "surface_kind": "module", "collections": []}]}`, "DATA_SURFACE_UNKNOWN $.surfaces[0].surface_id"},
		"a surface of another kind":  {`{"version": "1", "surfaces": [{"surface_id": "onboarding", "surface_kind": "workflow", "collections": []}]}`, ""},
		"a surface without anything": {`{"version": "1", "surfaces": [{}]}`, strings.Repeat("FIELD_MISSING $.surfaces[0]\n", 2) + "FIELD_MISSING $.surfaces[0]"},
		"a surface that is none":     {`{"version": "1", "surfaces": ["tasks"]}`, "TYPE $.surfaces[0]"},
		"one id with two kinds": {`{"version": "1", "surfaces": [{"surface_id": "tasks", "surface_kind": "module", "collections": []},
			{"surface_id": "tasks", "surface_kind": "workflow", "collections": []}]}`, "DATA_SURFACE_UNKNOWN $.surfaces[1].surface_kind"},
		"one surface twice": {`{"version": "1", "surfaces": [{"surface_id": "tasks", "surface_kind": "module", "collections": []},
			{"surface_id": "tasks", "surface_kind": "module", "collections": []}]}`, "DUPLICATE_ID $.surfaces[1].surface_id"},
	})
}

func TestCollections(t *testing.T) {
	t.Parallel()
	owned := func(tenancy, owner, fields string) string {
		return app(`{"name": "c", "tenancy": "`+tenancy+`", `+owner+`"fields": [`+fields+`]}`, "")
	}
	user := `{"name": "user_id", "type": "string"}`
	check(t, map[string][2]string{
		"a name":                      {app(`{"name": "Tasks.v2-x_1", "fields": []}`, ""), ""},
		"no name":                     {app(`{"fields": []}`, ""), "FIELD_MISSING " + atCollection},
		"a bad name":                  {app(`{"name": "1st", "fields": []}`, ""), "ID_PATTERN " + atCollection + ".name"},
		"a long name":                 {app(`{"name": "`+strings.Repeat("x", 64)+`", "fields": []}`, ""), "ID_PATTERN " + atCollection + ".name"},
		"no fields":                   {app(`{"name": "c"}`, ""), "DATA_FIELDS_MISSING " + atCollection + " w"},
		"an unknown key":              {collection(`, "tenacy": "per_user"`), "FIELD_UNKNOWN " + atCollection + ".tenacy"},
		"a tenancy that is none":      {collection(`, "tenancy": "per_org", "writers": "any", "owner_field": "a"`), "ENUM " + atCollection + ".tenancy"},
		"obsolete keys":               {collection(`, "entity_name": "X", "scope_field": null, "collection": 1, "mongo_collection": {}`), "DATA_OBSOLETE_FIELD " + atCollection + ".entity_name w\nDATA_OBSOLETE_FIELD " + atCollection + ".scope_field w\nDATA_OBSOLETE_FIELD " + atCollection + ".collection w\nDATA_OBSOLETE_FIELD " + atCollection + ".mongo_collection w"},
		"search_by is carried":        {collection(`, "search_by": ["a"]`), ""},
		"the surface, repeated":       {collection(`, "module_id": "tasks", "ownership": {"surface_id": "tasks", "surface_kind": "module"}`), ""},
		"another module":              {collection(`, "module_id": "reports"`), "DATA_OWNERSHIP_CONFLICT " + atCollection + ".module_id"},
		"another surface":             {collection(`, "ownership": {"surface_id": "reports", "surface_kind": "workflow"}`), "DATA_OWNERSHIP_CONFLICT " + atCollection + ".ownership.surface_id\nDATA_OWNERSHIP_CONFLICT " + atCollection + ".ownership.surface_kind"},
		"scopes":                      {collection(`, "scope": "app"`), ""},
		"a scope that is none":        {collection(`, "scope": "tenant"`), "ENUM " + atCollection + ".scope"},
		"quotas":                      {collection(`, "max_documents": 1, "max_bytes": 1048576`), ""},
		"quotas of nothing":           {collection(`, "max_documents": 0, "max_bytes": -1`), "RANGE " + atCollection + ".max_documents\nRANGE " + atCollection + ".max_bytes"},
		"quotas of another type":      {collection(`, "max_documents": "5", "max_bytes": 1.5`), "TYPE " + atCollection + ".max_documents\nTYPE " + atCollection + ".max_bytes"},
		"a life cycle":                {collection(`, "lifecycle": {"write_mode": "platform_sync", "migration_policy": "additive_only"}`), ""},
		"a life cycle that is none":   {collection(`, "lifecycle": {"write_mode": "x", "migration_policy": "y", "z": 1}`), "ENUM " + atCollection + ".lifecycle.write_mode\nENUM " + atCollection + ".lifecycle.migration_policy\nFIELD_UNKNOWN " + atCollection + ".lifecycle.z"},
		"retention":                   {collection(`, "retention": {"field": "_created_at", "after": "90d"}`), "NOT_IN_THIS_BUILD " + atCollection + ".retention"},
		"a data alias":                {collection(`, "data_alias": "billing.subscriptions"`), ""},
		"a data alias that is none":   {collection(`, "data_alias": "billing..x"`), "ID_PATTERN " + atCollection + ".data_alias"},
		"app_wide, open":              {collection(`, "tenancy": "app_wide"`), "DATA_APP_WIDE_OPEN " + atCollection + " w"},
		"app_wide, said to be open":   {collection(`, "tenancy": "app_wide", "writers": "any"`), ""},
		"app_wide, closed":            {collection(`, "tenancy": "app_wide", "writers": "operator"`), ""},
		"app_wide, something":         {collection(`, "tenancy": "app_wide", "writers": "admin"`), "ENUM " + atCollection + ".writers"},
		"writers, not app_wide":       {collection(`, "writers": "operator"`), "FIELD_CONFLICT " + atCollection + ".writers"},
		"per_user":                    {owned("per_user", `"owner_field": "user_id", `, user), ""},
		"per_user, own name":          {owned("per_user", `"owner_field": "who", `, `{"name": "who", "type": "text"}`), ""},
		"per_user without owner":      {owned("per_user", ``, user), "DATA_OWNER_FIELD " + atCollection},
		"per_user, null":              {owned("per_user", `"owner_field": null, `, user), "DATA_OWNER_FIELD " + atCollection},
		"per_user by workspace":       {owned("per_user", `"owner_field": "workspace_id", `, `{"name": "workspace_id", "type": "string"}`), "DATA_OWNER_FIELD " + atCollection + ".owner_field"},
		"per_user by tenant":          {owned("per_user", `"owner_field": "tenant_id", `, `{"name": "tenant_id", "type": "string"}`), "DATA_OWNER_FIELD " + atCollection + ".owner_field"},
		"per_workspace":               {owned("per_workspace", `"owner_field": "workspace_id", `, `{"name": "workspace_id", "type": "string"}`), ""},
		"per_workspace by user":       {owned("per_workspace", `"owner_field": "user_id", `, user), "DATA_OWNER_FIELD " + atCollection + ".owner_field"},
		"per_tenant with owner":       {owned("per_tenant", `"owner_field": "user_id", `, user), "DATA_OWNER_FIELD " + atCollection + ".owner_field"},
		"app_wide with owner":         {owned("app_wide", `"writers": "any", "owner_field": "user_id", `, user), "DATA_OWNER_FIELD " + atCollection + ".owner_field"},
		"the owner is not declared":   {owned("per_user", `"owner_field": "user_id", `, `{"name": "a", "type": "string"}`), "DATA_OWNER_FIELD " + atCollection + ".owner_field"},
		"the owner is a number":       {owned("per_user", `"owner_field": "user_id", `, `{"name": "user_id", "type": "integer"}`), "DATA_OWNER_FIELD " + atCollection + ".owner_field"},
		"the owner's field is broken": {owned("per_user", `"owner_field": "user_id", `, `{"name": "user_id", "type": "strin"}`), "ENUM " + atField + ".type"},
		"the owner is the host's":     {owned("per_user", `"owner_field": "_id", `, user), "DATA_FIELD_RESERVED " + atCollection + ".owner_field"},
		"an owner without fields":     {app(`{"name": "c", "tenancy": "per_user", "owner_field": "user_id"}`, ""), "DATA_FIELDS_MISSING " + atCollection + " w"},
		"two of one name":             {app(`{"name": "c", "entity": "C", "fields": []}, {"name": "c", "entity": "C", "fields": []}`, ""), "DATA_NAME_COLLISION $.surfaces[0].collections[1].name"},
		"two that differ in case":     {app(`{"name": "c", "fields": []}, {"name": "C", "fields": [], "scope": "platform"}`, ""), "DATA_NAME_COLLISION $.surfaces[0].collections[1].name"},
		"an entity like a name":       {app(`{"name": "c", "entity": "d", "fields": []}, {"name": "d", "fields": []}`, ""), "DATA_NAME_AMBIGUOUS " + atCollection + ".entity"},
		"an entity like its own name": {app(`{"name": "c", "entity": "c", "fields": []}`, ""), ""},
		"two of one entity":           {app(`{"name": "c", "entity": "E", "fields": []}, {"name": "d", "entity": "E", "fields": []}`, ""), "DATA_NAME_AMBIGUOUS $.surfaces[0].collections[1].entity"},
		"two of one data alias":       {app(`{"name": "c", "data_alias": "x.y", "fields": []}, {"name": "d", "data_alias": "x.y", "fields": []}`, ""), "DUPLICATE_ID $.surfaces[0].collections[1].data_alias"},
	})
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	with := func(account, fields string) string {
		return app(`{"name": "c", "fields": [{"name": "author_id", "type": "string"}, {"name": "n", "type": "integer"}`+fields+`], "account": `+account+`,
			"indexes": [{"keys": [["author_id", 1]]}, {"keys": [["n", 1], ["other", 1]]}]}`, "")
	}
	other := `, {"name": "other", "type": "string", "nullable": true}`
	at := atCollection + ".account"
	check(t, map[string][2]string{
		"delete":                     {with(`{"user_field": "author_id", "on_erase": "delete", "export": true}`, other), ""},
		"keep":                       {with(`{"user_field": "author_id", "on_erase": "keep"}`, other), ""},
		"null":                       {with(`null`, other), ""},
		"nothing":                    {with(`{}`, other), "FIELD_MISSING " + at + "\nFIELD_MISSING " + at},
		"what it cannot":             {with(`{"user_field": "author_id", "on_erase": "hide"}`, other), "ENUM " + at + ".on_erase"},
		"clear what is not nullable": {with(`{"user_field": "author_id", "on_erase": "clear"}`, other), "DATA_ACCOUNT " + at + ".on_erase"},
		"no such field":              {with(`{"user_field": "autor_id", "on_erase": "delete"}`, other), "DATA_ACCOUNT " + at + ".user_field"},
		"a number":                   {with(`{"user_field": "n", "on_erase": "delete"}`, other), "DATA_ACCOUNT " + at + ".user_field"},
		"not first in an index":      {with(`{"user_field": "other", "on_erase": "clear"}`, other), "DATA_ACCOUNT " + at + ".user_field"},
		"per_user": {app(`{"name": "c", "tenancy": "per_user", "owner_field": "user_id", "fields": [{"name": "user_id", "type": "string"}],
			"account": {"user_field": "user_id", "on_erase": "delete"}}`, ""), "DATA_ACCOUNT " + at},
	})
}

func TestOneContractReportsAllItsFaults(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/faults.json")
	if err != nil {
		t.Fatal(err)
	}
	c, findings := data.Decode(raw, "shop", modules, data.Options{})
	if c == nil {
		t.Fatal("no contract")
	}
	var out strings.Builder
	err = diagnostic.WriteText(&out, &diagnostic.Report{Findings: findings}, func(string) []byte { return raw })
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/faults.golden", out.String())
	// What the file itself cannot be, and what a file with a wrong version does not get to, is in the tables.
	for _, code := range []string{"DATA_APP_MISMATCH", "DATA_SURFACE_UNKNOWN", "DATA_OWNERSHIP_CONFLICT", "DATA_OWNER_FIELD",
		"DATA_NAME_COLLISION", "DATA_NAME_AMBIGUOUS", "DATA_LEGACY_FIELD", "DATA_OBSOLETE_FIELD", "DATA_FIELDS_MISSING",
		"DATA_FIELD_RESERVED", "DATA_DEFAULT_MISFIT", "DATA_DEFAULT_TEXT", "DATA_INDEX_FIELD", "DATA_INDEX_EMPTY",
		"DATA_INDEX_DUPLICATE", "DATA_INDEX_OPTION", "DATA_INDEX_SCOPE_PART", "DATA_APP_WIDE_OPEN", "DATA_GRANT_UNKNOWN",
		"DATA_GRANT_CONFLICT", "DATA_ACCOUNT", "DATA_LIMIT", "NOT_IN_THIS_BUILD", "FIELD_UNKNOWN", "FIELD_MISSING", "TYPE", "ENUM",
		"RANGE", "ID_PATTERN", "DUPLICATE_ID", "FIELD_CONFLICT"} {
		if !strings.Contains(out.String(), "["+code+"] "+data.File+":") {
			t.Errorf("%s is not found, or has no line", code)
		}
	}
}

func TestTheHelpDeskHasNoFinding(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../modules-examples/desk/data/contract.json")
	if err != nil {
		t.Fatal(err)
	}
	c, findings := data.Decode(raw, "desk", []string{"digest", "sla", "tickets"}, data.Options{})
	for _, f := range findings {
		t.Errorf("%+v", f)
	}
	var names []string
	for _, x := range c.Collections {
		names = append(names, fmt.Sprintf("%s/%s %d %d", x.Module, x.Name, len(x.Fields), len(x.Indexes)))
	}
	want := "tickets/tickets 18 5, tickets/comments 6 1, sla/clocks 10 3, digest/customers 7 2"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
