// A guest for the tests: it uses every operation and says what came back.
import { Value } from "../assembly/json";
import * as host from "../assembly/host";
import { Result, ok, fail, handle } from "../assembly/host";

export function mozaiks_alloc(size: u32): u32 { return <u32>host.alloc(size); }

function echo(input: Value): Result { return ok(input); }
export function run_echo(ptr: usize, len: usize): u64 { return handle(ptr, len, echo); }

function refuse(input: Value): Result { return fail("conflict", "no", Value.object().set("reason", input.get("reason"))); }
export function run_refuse(ptr: usize, len: usize): u64 { return handle(ptr, len, refuse); }

function operate(input: Value): Result {
  const name = input.get("op").str();
  const request = input.get("request");
  if (name == "context") return host.context();
  if (name == "settings_get") return host.settingsGet(request);
  if (name == "data_get") return host.dataGet(request);
  if (name == "data_query") return host.dataQuery(request);
  if (name == "data_count") return host.dataCount(request);
  if (name == "data_write") return host.dataWrite(request);
  if (name == "event_emit") return host.emit(request.get("type").str(), request.get("payload"), request.get("key").str());
  if (name == "clock") return host.clock();
  if (name == "random") return host.random(<i32>request.i64());
  host.log("info", "no operation " + name);
  return ok(Value.null());
}
export function run_operate(ptr: usize, len: usize): u64 { return handle(ptr, len, operate); }

function retryable(input: Value): Result {
  const r = host.dataGet(input);
  const f = r.failure;
  return ok(Value.bool(f !== null && f.retryable));
}
export function run_retryable(ptr: usize, len: usize): u64 { return handle(ptr, len, retryable); }

function crash(input: Value): Result {
  const list = input.get("list").items;
  return ok(list[100]);
}
export function run_crash(ptr: usize, len: usize): u64 { return handle(ptr, len, crash); }
