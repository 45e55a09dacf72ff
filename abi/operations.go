//go:generate go run ./gen ../docs/reference/operations.md

package abi

import (
	"encoding/json"
	"slices"
)

// Effects is a set of the kinds of actions in which an operation is allowed.
type Effects uint8

// The kinds of actions; their names are those of `effects` in module.yaml.
const (
	InRead Effects = 1 << iota
	InWrite
	InExternal

	Anywhere = InRead | InWrite | InExternal
	Changes  = InWrite | InExternal
	Outside  = InExternal
)

// Operation is one entry of the table: what a guest may ask the host for. Everything else about the ABI is made from it.
type Operation struct {
	Name     string
	Since    int     // ABI version
	Grant    string  // as module.Grants.Allows names it; "" for none
	Effects  Effects // where it is allowed
	Fuel     int64   // base, before bytes are counted
	FuelEach int64   // for each element of the request's member `ops`
	Errors   []Code  // beside those that every operation may answer
	Request  string  // shape of the request, in the notation of the reference page
	Response string  // shape of the value of `ok`
	Summary  string  // one sentence
}

var dataErrors = []Code{CodeUndeclaredCollection, CodeScopeDenied, CodeUnsupportedOperator, CodeCursorInvalid,
	CodeScanBudgetExceeded}

var writeErrors = []Code{CodeUndeclaredCollection, CodeScopeDenied, CodeReadOnly, CodeUnsupportedOperator,
	CodeValidationFailed, CodeDocumentTooLarge, CodeUniqueConflict, CodeRevisionConflict, CodeNotFound,
	CodeScanBudgetExceeded, CodeQuotaExceeded, CodeEffectRefused}

// operations is the table, in the order of the reference page.
var operations = []Operation{
	{Name: "context", Since: 1, Effects: Anywhere, Fuel: 500,
		Request: "{}",
		Response: "{invocation_id, app, tenant?, workspace?, user?, module, module_version, action?, surface, effects, " +
			"permissions: [], roles: [], correlation_id, causation_id, depth, call_depth, now, log_level, event?}",
		Summary: "Who is asking, for what, and why."},
	{Name: "settings_get", Since: 1, Effects: Anywhere, Fuel: 500, Errors: []Code{CodeNotFound},
		Request: "{ids?: []}", Response: "{values: {id: value}}",
		Summary: "The module's settings as they hold for this call; all of them without ids."},
	{Name: "permission_check", Since: 1, Effects: Anywhere, Fuel: 500,
		Request: "{permission}", Response: "{allowed: bool}",
		Summary: "Whether the invocation holds a permission."},
	{Name: "data_get", Since: 1, Grant: "data", Effects: Anywhere, Fuel: 20_000, Errors: dataErrors,
		Request:  "{collection, id | key | ids, fields?: []}",
		Response: "{doc} or, for ids, {docs}; null where there is none",
		Summary:  "One document by id or unique key, or up to 100 by id."},
	{Name: "data_query", Since: 1, Grant: "data", Effects: Anywhere, Fuel: 40_000, Errors: dataErrors,
		Request:  "{collection, filter?, sort?: [[path, 1 | -1]], limit? = 50, cursor?, fields?: []}",
		Response: "{docs: [], next_cursor}",
		Summary:  "A page of the documents that a filter matches, in order."},
	{Name: "data_count", Since: 1, Grant: "data", Effects: Anywhere, Fuel: 40_000, Errors: dataErrors,
		Request: "{collection, filter?, cap? = 10000}", Response: "{count, capped}",
		Summary: "How many documents a filter matches, counted up to a cap."},
	{Name: "data_aggregate", Since: 1, Grant: "data", Effects: Anywhere, Fuel: 100_000, Errors: dataErrors,
		Request:  "{collection, filter?, group_by?: [path], measures: {name: {op: count | sum | min | max | avg, field?}}, limit? = 100}",
		Response: "{rows: [{group: {path: value}, measures: {name: value}}], more}",
		Summary:  "Counts, sums and extremes over the documents that a filter matches."},
	{Name: "data_write", Since: 1, Grant: "data: write", Effects: Changes, Fuel: 20_000, FuelEach: 20_000, Errors: writeErrors,
		Request:  "{ops: [{op: insert | update | upsert | delete, collection, …}]}",
		Response: "{results: []}",
		Summary:  "Up to 100 changes, in order, all or nothing."},
	{Name: "event_emit", Since: 1, Grant: "events", Effects: Changes, Fuel: 20_000,
		Errors:  []Code{CodeUndeclaredEvent, CodeValidationFailed, CodeEffectRefused},
		Request: "{type, payload?: {}, event_key?}", Response: "{event_id, duplicate}",
		Summary: "Publish a declared event when the invocation commits."},
	{Name: "notify", Since: 1, Grant: "notify", Effects: Changes, Fuel: 20_000,
		Errors:  []Code{CodeUndeclaredNotification, CodeValidationFailed, CodeEffectRefused},
		Request: "{notification_id, payload?: {}}", Response: "{queued: bool}",
		Summary: "Send a declared notification when the invocation commits."},
	{Name: "capability_call", Since: 1, Grant: "capabilities", Effects: Anywhere, Fuel: 50_000,
		Errors:  []Code{CodeUndeclaredCapability, CodePermissionDenied, CodeValidationFailed, CodeCallCycle, CodeCalleeFailed},
		Request: "{capability_id, input?: {}}", Response: "{output} of an action, {run_id, status} of a workflow",
		Summary: "Call what another module offers."},
	{Name: "run_start", Since: 1, Grant: "runs", Effects: Changes, Fuel: 50_000,
		Errors:  []Code{CodeUndeclaredWorkflow, CodePermissionDenied, CodeValidationFailed, CodeTokensExhausted},
		Request: "{workflow, input?: {}}", Response: "{run_id, status: created | duplicate}",
		Summary: "Start a run of a declared workflow when the invocation commits."},
	{Name: "run_signal", Since: 1, Grant: "runs", Effects: Changes, Fuel: 20_000,
		Errors:  []Code{CodeNotFound, CodePermissionDenied},
		Request: "{run_id, signal, payload?}", Response: "{accepted: bool}",
		Summary: "Send a signal to a run that waits."},
	{Name: "http_fetch", Since: 1, Grant: "http", Effects: Outside, Fuel: 100_000,
		Errors: []Code{CodeUndeclaredHost, CodeEgressDenied},
		Request: "{url, method? = GET, headers?: {}, body? | body_base64?, secrets?: [{name, header, prefix?}], timeout_ms? = 10000, " +
			"max_bytes?, idempotent? = false}",
		Response: "{status, headers: {lower-case name: text}, body | body_base64}",
		Summary:  "Ask a server of the allow-list."},
	{Name: "ai_complete", Since: 1, Grant: "ai", Effects: Outside, Fuel: 100_000,
		Errors: []Code{CodeUndeclaredModel, CodeTokensExhausted},
		Request: "{model, messages: [{role, content, tool_call_id?, tool_calls?}], output_schema?, temperature?, " +
			"tools?: [{name, description, parameters}], max_tokens? = 1024}",
		Response: "{content?, value?, tool_calls?: [], finish: stop | length | tools | filter, usage: {input_tokens, output_tokens, total_tokens}}",
		Summary:  "Ask a model that the operator bound to a declared name."},
	{Name: "secret_use", Since: 1, Grant: "secrets", Effects: Outside, Fuel: 10_000,
		Errors:   []Code{CodeUndeclaredSecret, CodeEgressDenied},
		Request:  "{name, use: hmac_sha256 | hmac_sha512 | verify_hmac_sha256, data | data_base64, signature?, encoding? = hex | base64}",
		Response: "{value} or {valid: bool}",
		Summary:  "Sign or verify with a secret that stays with the host."},
	{Name: "metric_add", Since: 1, Effects: Anywhere, Fuel: 1_000,
		Request: "{name, value: number, labels?: {at most 4}}", Response: "null",
		Summary: "Add to a metric of the module."},
	{Name: "log", Since: 1, Effects: Anywhere, Fuel: 1_000,
		Request: "{level: debug | info | warn | error, message, fields?: {}}", Response: "null",
		Summary: "Write a line to the host's log."},
	{Name: "clock", Since: 1, Effects: Anywhere, Fuel: 200,
		Request: "{}", Response: "{now, unix_ms}",
		Summary: "The invocation's time, the same from its first to its last instruction."},
	{Name: "random", Since: 1, Effects: Anywhere, Fuel: 200,
		Request: "{bytes: 1..4096}", Response: "{base64}",
		Summary: "Bytes from the invocation's own random stream."},
	{Name: "effect_ack", Since: 1, Effects: Changes, Fuel: 2_000, Errors: []Code{CodeConflict},
		Request: "{effect_id}", Response: "null",
		Summary: "Say that a reaction's effect took place, once."},
}

// Items is how many elements a request's member `ops` has, 0 for what is no request.
func Items(request []byte) int {
	var r struct {
		Ops []json.RawMessage `json:"ops"`
	}
	if json.Unmarshal(request, &r) != nil {
		return 0
	}
	return len(r.Ops)
}

// Operations answers the table. The caller may change the answer without changing the table.
func Operations() []Operation { return slices.Clone(operations) }

// Lookup answers the operation of that name.
func Lookup(name string) (Operation, bool) {
	for _, op := range operations {
		if op.Name == name {
			return op, true
		}
	}
	return Operation{}, false
}
