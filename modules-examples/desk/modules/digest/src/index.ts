// Digest keeps a summary of each customer, from the events of tickets and sla. Every change adds to what is there, so that the order of
// events does not matter.
import { Value } from "../../../../../abi/sdk/assemblyscript/assembly/json";
import { Result, ok, fail, handle, alloc, dataGet, dataQuery, dataWrite } from "../../../../../abi/sdk/assemblyscript/assembly/host";

export function mozaiks_alloc(size: u32): u32 { return <u32>alloc(size); }

/** Adds to a customer's document, which is made if there is none. */
function add(input: Value, counter: string, at: string, priority: bool): Result {
  const inc = Value.object().set(counter, Value.int(1));
  if (priority) inc.set("by_priority." + input.get("priority").str(), Value.int(1));
  const patch = Value.object().set("$inc", inc).set("$max", Value.object().set("last_activity_at", input.get(at)));
  const op = Value.object().set("op", Value.string("upsert")).set("collection", Value.string("customers"))
    .set("key", Value.object().set("customer_id", input.get("customer_id"))).set("patch", patch);
  const r = dataWrite(Value.array().push(op));
  return r.ok ? ok(Value.object()) : r;
}

function opened(input: Value): Result { return add(input, "opened", "opened_at", true); }
function commented(input: Value): Result { return add(input, "comments", "at", false); }
function closed(input: Value): Result { return add(input, "closed", "closed_at", false); }
function breached(input: Value): Result { return add(input, "breaches", "at", false); }

function open(doc: Value): i64 { return max<i64>(0, doc.get("opened").i64() - doc.get("closed").i64()); }

function summary(input: Value): Result {
  const request = Value.object().set("collection", Value.string("customers"))
    .set("key", Value.object().set("customer_id", input.get("customer_id")));
  const r = dataGet(request);
  if (!r.ok) return r;
  const doc = r.value.get("doc");
  if (doc.isNull) return fail("not_found", "no such customer");
  const out = Value.object().set("customer_id", doc.get("customer_id"));
  for (let i = 0; i < COUNTERS.length; i++) out.set(COUNTERS[i], doc.get(COUNTERS[i]));
  return ok(out.set("open", Value.int(open(doc))).set("by_priority", doc.get("by_priority"))
    .set("last_activity_at", doc.get("last_activity_at")).set("text", Value.string(sentence(doc))));
}

const COUNTERS: string[] = ["opened", "closed", "comments", "breaches"];

function plural(n: i64, one: string, many: string): string { return n.toString() + " " + (n == 1 ? one : many); }

function sentence(doc: Value): string {
  return doc.get("customer_id").str() + " has opened " + plural(doc.get("opened").i64(), "ticket", "tickets") + ", of which "
    + plural(open(doc), "is", "are") + " open, with " + plural(doc.get("comments").i64(), "comment", "comments") + " and "
    + plural(doc.get("breaches").i64(), "breach", "breaches") + " of service levels.";
}

function top(input: Value): Result {
  const limit = input.has("limit") ? input.get("limit") : Value.int(10);
  const request = Value.object().set("collection", Value.string("customers")).set("limit", limit)
    .set("sort", Value.array().push(Value.array().push(Value.string("opened")).push(Value.int(-1))));
  const r = dataQuery(request);
  if (!r.ok) return r;
  const docs = r.value.get("docs").items;
  const items = Value.array();
  for (let i = 0; i < docs.length; i++) {
    const d = docs[i];
    items.push(Value.object().set("customer_id", d.get("customer_id")).set("opened", d.get("opened")).set("closed", d.get("closed"))
      .set("open", Value.int(open(d))).set("breaches", d.get("breaches")));
  }
  return ok(Value.object().set("items", items));
}

export function on_opened(ptr: usize, len: usize): u64 { return handle(ptr, len, opened); }
export function on_commented(ptr: usize, len: usize): u64 { return handle(ptr, len, commented); }
export function on_closed(ptr: usize, len: usize): u64 { return handle(ptr, len, closed); }
export function on_breached(ptr: usize, len: usize): u64 { return handle(ptr, len, breached); }
export function get_summary(ptr: usize, len: usize): u64 { return handle(ptr, len, summary); }
export function get_top(ptr: usize, len: usize): u64 { return handle(ptr, len, top); }
