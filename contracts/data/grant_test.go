package data_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mozaiks/mozaiks/contracts/data"
)

// shared is a contract of three modules that own collections and one workflow, with further top-level members.
func shared(more string) string {
	return `{"version": "1", "surfaces": [
		{"surface_id": "tasks", "surface_kind": "module", "collections": [
			{"name": "tasks", "entity": "Task", "fields": []},
			{"name": "lists", "data_alias": "tasks.lists", "fields": []},
			{"name": "feed", "fields": [], "lifecycle": {"write_mode": "platform_sync"}},
			{"name": "own", "scope": "hosted", "fields": []}]},
		{"surface_id": "reports", "surface_kind": "module", "collections": [{"name": "Task", "entity": "report", "fields": []}]},
		{"surface_id": "billing", "surface_kind": "workflow", "collections": [{"name": "plans", "data_alias": "billing.plans", "fields": []}]}]` + more + `}`
}

func TestGrants(t *testing.T) {
	t.Parallel()
	row := func(members string) string { return shared(`, "shared_collections": [{` + members + `}]`) }
	at := "$.shared_collections[0]"
	check(t, map[string][2]string{
		"both lists":                 {row(`"owner_module": "tasks", "name": "tasks", "shared_with": [{"module": "reports"}], "read_by": [{"module": "billing", "data_alias": "work.items"}]`), ""},
		"by ownership":               {row(`"ownership": {"surface_id": "tasks", "surface_kind": "module"}, "name": "tasks", "read_by": [{"module": "reports"}]`), ""},
		"by module_id":               {row(`"module_id": "tasks", "name": "tasks", "read_by": [{"module": "reports"}]`), ""},
		"three that agree":           {row(`"owner_module": "tasks", "module_id": "tasks", "ownership": {"surface_id": "tasks"}, "name": "tasks"`), ""},
		"two that do not":            {row(`"owner_module": "tasks", "module_id": "reports", "name": "tasks", "read_by": [{"module": "reports"}]`), "DATA_OWNERSHIP_CONFLICT " + at + ".module_id"},
		"nobody":                     {row(`"name": "tasks", "read_by": [{"module": "reports"}]`), "DATA_OWNERSHIP_CONFLICT " + at},
		"an owner that is none":      {row(`"owner_module": 1, "name": "tasks"`), "TYPE " + at + ".owner_module"},
		"no name":                    {row(`"owner_module": "tasks", "read_by": [{"module": "reports"}]`), "FIELD_MISSING " + at},
		"an unknown key":             {row(`"owner_module": "tasks", "name": "tasks", "shared": []`), "FIELD_UNKNOWN " + at + ".shared"},
		"an unknown owner":           {row(`"owner_module": "task", "name": "tasks"`), "DATA_GRANT_UNKNOWN " + at + ".owner_module"},
		"an owner without any":       {row(`"owner_module": "billing", "name": "plans", "read_by": [{"module": "reports"}]`), "DATA_GRANT_UNKNOWN " + at + ".owner_module"},
		"an unknown collection":      {row(`"owner_module": "tasks", "name": "task", "read_by": [{"module": "reports"}]`), "DATA_GRANT_UNKNOWN " + at + ".name"},
		"one of the host's":          {row(`"owner_module": "tasks", "name": "own", "read_by": [{"module": "reports"}]`), "DATA_GRANT_UNKNOWN " + at + ".name"},
		"an unknown module":          {row(`"owner_module": "tasks", "name": "tasks", "read_by": [{"module": "report"}]`), "DATA_GRANT_UNKNOWN " + at + ".read_by[0].module"},
		"no module":                  {row(`"owner_module": "tasks", "name": "tasks", "read_by": [{}, "reports"]`), "FIELD_MISSING " + at + ".read_by[0]\nTYPE " + at + ".read_by[1]"},
		"in both lists":              {row(`"owner_module": "tasks", "name": "tasks", "shared_with": [{"module": "reports"}], "read_by": [{"module": "reports"}]`), "DATA_GRANT_CONFLICT " + at + ".read_by[0].module"},
		"to itself":                  {row(`"owner_module": "tasks", "name": "tasks", "read_by": [{"module": "tasks"}]`), "DATA_GRANT_CONFLICT " + at + ".read_by[0].module"},
		"an alias that is a name":    {row(`"owner_module": "tasks", "name": "tasks", "read_by": [{"module": "reports", "data_alias": "Task"}]`), "DATA_GRANT_CONFLICT " + at + ".read_by[0].data_alias"},
		"an alias that is an entity": {row(`"owner_module": "tasks", "name": "tasks", "read_by": [{"module": "reports", "data_alias": "report"}]`), "DATA_GRANT_CONFLICT " + at + ".read_by[0].data_alias"},
		"an alias that is none":      {row(`"owner_module": "tasks", "name": "tasks", "read_by": [{"module": "reports", "data_alias": "a/b"}]`), "ID_PATTERN " + at + ".read_by[0].data_alias"},
		"an alias twice": {row(`"owner_module": "tasks", "name": "tasks", "read_by": [{"module": "reports", "data_alias": "x"}]}, {"owner_module": "tasks", "name": "lists", "read_by": [{"module": "reports", "data_alias": "x"}]`),
			"DATA_GRANT_CONFLICT $.shared_collections[1].read_by[0].data_alias"},
		"nothing follows from a broken surface": {`{"version": "1", "surfaces": [{"surface_id": 1, "surface_kind": "module", "collections": []}],
			"shared_collections": [{"owner_module": "tasks", "name": "tasks"}]}`, "TYPE $.surfaces[0].surface_id"},
		"nothing follows from a broken name": {app(`{"name": "1", "fields": []}`, `, "shared_collections": [{"owner_module": "tasks", "name": "1"}]`), "ID_PATTERN " + atCollection + ".name"},
	})
}

func TestAliases(t *testing.T) {
	t.Parallel()
	row := func(alias, collection, owner string) string {
		return shared(`, "aliases": [{"alias": "` + alias + `", "collection": "` + collection + `", "owner_module": "` + owner + `"}]`)
	}
	check(t, map[string][2]string{
		"of a name":            {row("todo", "tasks", "tasks"), ""},
		"of an entity":         {row("todo", "Task", "tasks"), ""},
		"that is the name":     {row("tasks", "tasks", "tasks"), ""},
		"that is another's":    {row("lists", "tasks", "tasks"), "DATA_NAME_AMBIGUOUS $.aliases[0].alias"},
		"that is no name":      {row("a b", "tasks", "tasks"), "ID_PATTERN $.aliases[0].alias"},
		"of nothing":           {row("todo", "x", "tasks"), "DATA_GRANT_UNKNOWN $.aliases[0].collection"},
		"of another module":    {row("todo", "tasks", "reports"), "DATA_GRANT_UNKNOWN $.aliases[0].collection"},
		"without anything":     {shared(`, "aliases": [{}]`), "FIELD_MISSING $.aliases[0]\nFIELD_MISSING $.aliases[0]\nFIELD_MISSING $.aliases[0]"},
		"that is taken before": {shared(`, "aliases": [{"alias": "x", "collection": "tasks", "owner_module": "tasks"}, {"alias": "x", "collection": "lists", "owner_module": "tasks"}]`), "DATA_NAME_AMBIGUOUS $.aliases[1].alias"},
	})
}

func TestResolve(t *testing.T) {
	t.Parallel()
	c, found := decode(t, shared(`, "aliases": [{"alias": "todo", "collection": "tasks", "owner_module": "tasks"}],
		"shared_collections": [
			{"owner_module": "tasks", "name": "tasks", "read_by": [{"module": "reports", "data_alias": "work.items"}]},
			{"owner_module": "tasks", "name": "lists", "shared_with": [{"module": "reports"}, {"module": "billing", "data_alias": "lists"}]},
			{"owner_module": "tasks", "name": "feed", "shared_with": [{"module": "reports"}]}]`), data.Options{})
	if found != "" {
		t.Fatal(found)
	}
	made := &data.Contract{Collections: c.Collections, Grants: c.Grants}
	for _, x := range []struct {
		module, name, want string
		readOnly           bool
	}{
		{"tasks", "tasks", "tasks/tasks", false},
		{"tasks", "Task", "tasks/tasks", false},
		{"tasks", "todo", "tasks/tasks", false},
		{"tasks", "task", "", false},
		{"tasks", "", "", false},
		{"tasks", "tasks/tasks", "", false},
		{"tasks", "tasks.lists", "", false},
		{"tasks", "own", "", false},
		{"tasks", "feed", "tasks/feed", true},
		{"tasks", "reports/Task", "", false},
		{"reports", "Task", "reports/Task", false},
		{"reports", "report", "reports/Task", false},
		{"reports", "work.items", "tasks/tasks", true},
		{"reports", "tasks/tasks", "tasks/tasks", true},
		{"reports", "tasks", "", false},
		{"reports", "tasks/Task", "", false},
		{"reports", "tasks.lists", "tasks/lists", false},
		{"reports", "tasks/lists", "tasks/lists", false},
		{"reports", "tasks/feed", "tasks/feed", true},
		{"reports", "todo", "", false},
		{"billing", "lists", "tasks/lists", false},
		{"billing", "tasks.lists", "", false},
		{"billing", "tasks/tasks", "", false},
		{"billing", "plans", "", false},
		{"billing", "billing.plans", "", false},
		{"nobody", "tasks", "", false},
		{"", "tasks/tasks", "", false},
	} {
		got, readOnly, ok := c.Resolve(x.module, x.name)
		again, sameMode, sameOK := made.Resolve(x.module, x.name)
		if again != got || sameMode != readOnly || sameOK != ok {
			t.Errorf("Resolve(%q, %q) answers something else for a contract that was put together", x.module, x.name)
		}
		name := ""
		if got != nil {
			name = got.Module + "/" + got.Name
		}
		if name != x.want || readOnly != x.readOnly || ok != (x.want != "") {
			t.Errorf("Resolve(%q, %q) = %q, %v, %v", x.module, x.name, name, readOnly, ok)
		}
	}
	if got := c.ByDataAlias("billing.plans"); got == nil || got.Name != "plans" {
		t.Errorf("billing.plans is %v", got)
	}
	if got := c.ByDataAlias(""); got != nil {
		t.Errorf("no alias is %v", got)
	}
	if len(c.Hosted) != 1 || c.Hosted[0].Name != "own" || len(c.Collections) != 5 {
		t.Errorf("%d hosted, %d others", len(c.Hosted), len(c.Collections))
	}
}

func TestResolveAllocatesNothing(t *testing.T) {
	c, _ := decode(t, shared(`, "shared_collections": [{"owner_module": "tasks", "name": "tasks", "read_by": [{"module": "reports"}]}]`), data.Options{})
	made := &data.Contract{Collections: c.Collections, Grants: c.Grants}
	for _, c := range []*data.Contract{c, made} {
		if n := testing.AllocsPerRun(100, func() { c.Resolve("reports", "tasks/tasks") }); n > 0 {
			t.Errorf("%v allocations", n)
		}
	}
}

func TestACollectionIsReadWhole(t *testing.T) {
	t.Parallel()
	c, found := decode(t, app(`{"name": "c", "entity": "E", "tenancy": "per_workspace", "owner_field": "workspace_id", "data_alias": "x.y",
		"additional_fields": true, "max_documents": 5, "max_bytes": 6, "lifecycle": {"write_mode": "platform_sync", "migration_policy": "additive_only"},
		"fields": [{"name": "workspace_id", "type": "text"}, {"name": "l", "type": "list", "items": "int", "nullable": true},
			{"name": "n", "type": "float", "min": 1, "max": 2.5, "required": true, "immutable": true, "enum": [1.0, 2]},
			{"name": "by", "type": "string", "nullable": true, "max_length": 9}, {"name": "on", "type": "bool"}],
		"indexes": [{"keys": [["by", 1]]}], "account": {"user_field": "by", "on_erase": "clear", "export": false}}`,
		`, "policies": {"allow_destructive_migrations": true}`), data.Options{})
	if found != "" {
		t.Fatal(found)
	}
	one, most := 1.0, 2.5
	want := &data.Contract{Version: "1", AppID: "shop", AllowDestructive: true, Collections: []*data.Collection{{
		Module: "tasks", SurfaceKind: "module", Name: "c", Entity: "E", DataAlias: "x.y", Tenancy: data.PerWorkspace, OwnerField: "workspace_id",
		HasFields: true, AdditionalFields: true, GuestsReadOnly: true, AdditiveOnly: true, MaxDocuments: 5, MaxBytes: 6,
		Fields: []data.Field{
			{Name: "workspace_id", Type: "string", MaxLength: data.DefaultMaxLength},
			{Name: "l", Type: "array", Items: "integer", Nullable: true, MaxLength: data.DefaultMaxItems},
			{Name: "n", Type: "number", Min: &one, Max: &most, Required: true, Immutable: true, Enum: []any{int64(1), int64(2)}},
			{Name: "by", Type: "string", Nullable: true, MaxLength: 9},
			{Name: "on", Type: "boolean"},
		},
		Indexes: []data.Index{{Name: "by_1", Parts: []data.Part{{Field: "by"}}}},
		Account: &data.Account{UserField: "by", OnErase: "clear"},
	}}}
	if diff := cmp.Diff(want, c, cmpopts.IgnoreUnexported(data.Contract{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
