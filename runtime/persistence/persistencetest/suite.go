// Package persistencetest is the conformance suite of the data operations. It runs on any driver and never asks which.
package persistencetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mozaiks/mozaiks/contracts/data"
	"github.com/mozaiks/mozaiks/contracts/fault"
	"github.com/mozaiks/mozaiks/runtime/persistence"
	"github.com/mozaiks/mozaiks/runtime/persistence/driver"
)

// Run runs the suite; open makes an empty store for one test.
func Run(t *testing.T, open func(t *testing.T) driver.Driver) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *bench)
		opts *persistence.Options
	}{
		{"a document is stored and found again", storesAndFinds, nil},
		{"a document is checked whole and every fault is named", checksDocuments, nil},
		{"faults of the JSON within a document are the document's", checksTexts, nil},
		{"datetimes are stored in UTC", normalisesDatetimes, nil},
		{"values order as one", ordersValues, nil},
		{"filters match as they say", filters, nil},
		{"folded texts are found in any case", folds, nil},
		{"pages follow each other while rows come and go", pages, nil},
		{"a walk over many rows meets each that stays once", longWalk, nil},
		{"a cursor is its query's alone", cursors, nil},
		{"a sort that no index gives is made in memory", sortsInMemory, nil},
		{"a list of values reads its ranges in order", lists, nil},
		{"a key names one document", keys, nil},
		{"a batch is all or nothing", batches, nil},
		{"revisions guard against lost updates", revisions, nil},
		{"unique indexes name the first that clashes", uniques, nil},
		{"patches change what they say", patches, nil},
		{"patches leave what they cannot change", hostilePatches, nil},
		{"upserts insert once and change after", upserts, nil},
		{"deletes take what matches and tell if more does", deletes, nil},
		{"counts stop at their cap", counts, nil},
		{"aggregates are exact and in order", aggregates, nil},
		{"of many groups the first are kept", manyGroups, nil},
		{"an aggregate whose groups are too large is refused", largeGroups, &persistence.Options{MaxResponse: 400}},
		{"requests are closed", closedRequests, nil},
		{"limits refuse with their codes", limits, nil},
		{"the limit of a document is exact", documentLimit, &persistence.Options{MaxDocument: 100}},
		{"the limit of a request is exact", requestLimit, &persistence.Options{MaxRequest: 60}},
		{"an answer that is too large changes nothing", answerLimit, &persistence.Options{MaxResponse: 400}},
		{"the limit of ops is exact", opsLimit, &persistence.Options{MaxOps: 2}},
		{"the limit of batches is exact", batchLimit, &persistence.Options{MaxBatches: 2}},
		{"the limit of calls is exact", callLimit, &persistence.Options{MaxCalls: 2}},
		{"the limit of changed rows is exact", rowLimit, &persistence.Options{MaxRows: 2}},
		{"the budget of rows examined is exact", scanLimit, &persistence.Options{ScanBudget: 5, AggregateBudget: 7}},
		{"quotas hold to the row and the byte", quotas, &persistence.Options{QuotaRows: 4, QuotaSize: 100}},
		{"a quota below what is used refuses growth alone", loweredQuotas, nil},
		{"quotas hold under many writers", quotasAtOnce, &persistence.Options{QuotaRows: 50}},
		{"too many data calls of a tenant are refused", rateLimit, &persistence.Options{RateData: 1, RateDataBurst: 3}},
		{"an operation that takes too long ends", timeLimit, &persistence.Options{StatementTimeout: 1}},
		{"operators alone write shared rows where the host says so", operatorsAlone, &persistence.Options{AppWideWrites: persistence.AppWideOperator}},
		{"nobody writes shared rows where the host says so", nobody, &persistence.Options{AppWideWrites: persistence.AppWideDeny}},
		{"a scope sees its own rows only", isolates, nil},
		{"no caller reaches what is another's, whatever it asks", isolationMatrix, matrixOptions()},
		{"an identity in a filter is the caller's own", ownIdentities, nil},
		{"an identity that is missing is refused", missingIdentity, nil},
		{"what the host fills cannot be changed", hostFilled, nil},
		{"shared collections open as far as they are shared", sharing, nil},
		{"a rollback leaves nothing", rollsBack, nil},
		{"a reader sees one snapshot", snapshots, nil},
		{"host tables share the transaction", hostTables, nil},
		{"writers of one store follow each other", writersFollow, nil},
		{"a new index finds the rows that were there", backfills, nil},
		{"a contract that does not fit what is stored is refused", refusesContracts, nil},
		{"random operations agree with a model", agreesWithModel, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, newBench(t, open(t), c.opts))
		})
	}
	for _, c := range []struct {
		name string
		test func(*testing.T, *bench, driver.Driver)
	}{
		{"a migration that is killed at each step goes on", resumes},
		{"what destroys needs leave and approval", needsApproval},
		{"one process migrates at a time", oneMigrates},
		{"who writes by an old catalogue gets the new one", staleCatalogue},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			c.test(t, newBench(t, d, nil), d)
		})
	}
}

const contract = `{"version": "1", "surfaces": [
 {"surface_id": "tasks", "surface_kind": "module", "collections": [
  {"name": "tasks", "entity": "Task", "fields": [
    {"name": "code", "type": "string"}, {"name": "title", "type": "string", "max_length": 20},
    {"name": "n", "type": "integer", "min": -100000, "max": 100000}, {"name": "x", "type": "number"},
    {"name": "state", "type": "string", "enum": ["open", "done"], "default": "open"},
    {"name": "due", "type": "datetime", "nullable": true}, {"name": "tags", "type": "array", "items": "string", "max_length": 5},
    {"name": "meta", "type": "object"}, {"name": "any", "type": "json", "nullable": true},
    {"name": "fixed", "type": "string", "immutable": true}],
   "indexes": [{"name": "by_code", "keys": [["code", 1]], "unique": true, "sparse": true},
    {"name": "by_state", "keys": [["state", 1], ["n", -1]]}, {"name": "by_any", "keys": [["any", 1]]}]},
  {"name": "strict", "fields": [{"name": "a", "type": "string", "required": true}, {"name": "b", "type": "string"}, {"name": "c", "type": "string"}],
   "indexes": [{"name": "u_ab", "keys": [["a", 1], ["b", 1]], "unique": true}, {"name": "u_c", "keys": [["c", 1]], "unique": true, "sparse": true}]},
  {"name": "mine", "tenancy": "per_user", "owner_field": "user_id", "fields": [{"name": "user_id", "type": "string"}, {"name": "k", "type": "string"}],
   "indexes": [{"name": "by_k", "keys": [["k", 1]], "unique": true}]},
  {"name": "room", "tenancy": "per_workspace", "owner_field": "workspace_id", "fields": [{"name": "workspace_id", "type": "string"}, {"name": "k", "type": "string"}]},
  {"name": "common", "tenancy": "app_wide", "writers": "any", "fields": [{"name": "k", "type": "string"}]},
  {"name": "guarded", "tenancy": "app_wide", "writers": "operator", "fields": [{"name": "k", "type": "string"}]},
  {"name": "people", "fields": [{"name": "email", "type": "string", "nullable": true}, {"name": "name", "type": "string"}, {"name": "city", "type": "string", "nullable": true},
    {"name": "age", "type": "integer"}, {"name": "born", "type": "date"}, {"name": "seen", "type": "array", "items": "datetime"}, {"name": "note", "type": "json", "nullable": true}],
   "indexes": [{"name": "u_email", "keys": [{"field": "email", "fold": true}], "unique": true, "sparse": true},
    {"name": "by_city", "keys": [["city", 1], ["age", -1]]}, {"name": "by_name", "keys": [{"field": "name", "fold": true}, ["age", 1]]},
    {"name": "by_age", "keys": [["age", 1]]}]},
  {"name": "free"}]},
 {"surface_id": "other", "surface_kind": "module", "collections": []}],
 "shared_collections": [{"owner_module": "tasks", "name": "strict", "read_by": [{"module": "other"}]},
  {"owner_module": "tasks", "name": "common", "shared_with": [{"module": "other", "data_alias": "theirs"}]}]}`

// bench is one store with the contract applied.
type bench struct {
	t     *testing.T
	store *persistence.Store
	cat   *persistence.Catalog
	now   time.Time
	next  int
}

func decode(t *testing.T, text string) *data.Contract {
	t.Helper()
	c, findings := data.Decode([]byte(text), "app", []string{"tasks", "other"}, data.Options{})
	for _, f := range findings {
		if f.Severity == "error" {
			t.Fatalf("the suite's contract: %+v", f)
		}
	}
	return c
}

func newBench(t *testing.T, d driver.Driver, opts *persistence.Options) *bench {
	t.Helper()
	b := &bench{t: t, store: persistence.New(d, opts), now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)}
	t.Cleanup(func() {
		if err := b.store.Close(); err != nil {
			t.Error(err)
		}
	})
	var err error
	if b.cat, err = b.store.Apply(context.Background(), "app", decode(t, contract)); err != nil {
		t.Fatal(err)
	}
	return b
}

// who is a caller.
type who struct {
	tenant, workspace, user, module string
	operator                        bool
}

func (w who) whose() persistence.Whose {
	return persistence.Whose{App: "app", Tenant: w.tenant, Workspace: w.workspace, User: w.user}
}

var ann = who{tenant: "acme", user: "ann", module: "tasks"}

func (b *bench) session(tx *persistence.Tx, w who) *persistence.Session {
	if w.module == "" {
		w.module = "tasks"
	}
	return tx.Session(b.cat.View(w.module), persistence.Call{Module: w.module, Operator: w.operator, Now: b.now, IDs: func() string { b.next++; return fmt.Sprintf("doc_%06d", b.next) }})
}

// raw is do with the answer as it comes.
func (b *bench) raw(w who, op, request string) ([]byte, error) {
	b.t.Helper()
	mode := persistence.ReadOnly
	if op == "data_write" {
		mode = persistence.ReadWrite
	}
	ctx := context.Background()
	tx, err := b.store.Begin(ctx, mode, w.whose())
	if err != nil {
		b.t.Fatal(err)
	}
	defer tx.Rollback()
	answer, err := b.session(tx, w).Do(ctx, op, []byte(request))
	if err != nil {
		return nil, err
	}
	if mode == persistence.ReadWrite {
		if err := tx.Commit(ctx); err != nil {
			b.t.Fatal(err)
		}
	}
	return answer, nil
}

// do runs one operation in a transaction of its own and commits it unless it failed.
func (b *bench) do(w who, op, request string) (map[string]any, error) {
	b.t.Helper()
	answer, err := b.raw(w, op, request)
	if err != nil {
		return nil, err
	}
	var v map[string]any
	if err := json.Unmarshal(answer, &v); err != nil {
		b.t.Fatalf("%v: %s", err, answer)
	}
	return v, nil
}

func (b *bench) must(w who, op, request string) map[string]any {
	b.t.Helper()
	v, err := b.do(w, op, request)
	if err != nil {
		b.t.Fatalf("%s %.300s: %.300s", op, request, describe(err))
	}
	return v
}

// refuse runs an operation that must be refused with a code, and answers the details.
func (b *bench) refuse(w who, op, request string, code fault.Value) map[string]any {
	b.t.Helper()
	v, err := b.do(w, op, request)
	var e *fault.ValueError
	if !errors.As(err, &e) || e.Code != code {
		b.t.Fatalf("%s %.300s: got %.300s %.300s, want %s", op, request, fmt.Sprint(v), describe(err), code)
	}
	return e.Details
}

func describe(err error) string {
	var e *fault.ValueError
	if errors.As(err, &e) {
		details, _ := json.Marshal(e.Details)
		return fmt.Sprintf("%s: %s %s", e.Code, e.Message, details)
	}
	return fmt.Sprint(err)
}

// write runs ops and answers their results.
func (b *bench) write(w who, ops ...string) []map[string]any {
	b.t.Helper()
	v := b.must(w, "data_write", `{"ops": [`+strings.Join(ops, ", ")+`]}`)
	var out []map[string]any
	for _, r := range v["results"].([]any) {
		out = append(out, r.(map[string]any))
	}
	return out
}

func insert(collection, doc string) string {
	return `{"op": "insert", "collection": "` + collection + `", "doc": ` + doc + `}`
}

// ids queries and answers the ids, joined.
func (b *bench) ids(w who, request string) string {
	b.t.Helper()
	var ids []string
	for _, d := range b.must(w, "data_query", request)["docs"].([]any) {
		ids = append(ids, d.(map[string]any)["_id"].(string))
	}
	return strings.Join(ids, " ")
}

// equalJSON compares a value with JSON text.
func equalJSON(t *testing.T, got any, want string) {
	t.Helper()
	var w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	g, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	n, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	if string(g) != string(n) {
		t.Errorf("got  %s\nwant %s", g, n)
	}
}
