// The host operations, typed where their shapes are fixed. Answers of the host are values or errors; nothing is thrown.
import { Value, parse, Parsed } from "./json";

// @ts-ignore: decorator
@external("mozaiks_v1", "context") declare function host_context(ptr: usize, len: usize): u64;
// @ts-ignore: decorator
@external("mozaiks_v1", "data_get") declare function host_data_get(ptr: usize, len: usize): u64;
// @ts-ignore: decorator
@external("mozaiks_v1", "data_query") declare function host_data_query(ptr: usize, len: usize): u64;
// @ts-ignore: decorator
@external("mozaiks_v1", "data_count") declare function host_data_count(ptr: usize, len: usize): u64;
// @ts-ignore: decorator
@external("mozaiks_v1", "data_write") declare function host_data_write(ptr: usize, len: usize): u64;
// @ts-ignore: decorator
@external("mozaiks_v1", "event_emit") declare function host_event_emit(ptr: usize, len: usize): u64;
// @ts-ignore: decorator
@external("mozaiks_v1", "settings_get") declare function host_settings_get(ptr: usize, len: usize): u64;
// @ts-ignore: decorator
@external("mozaiks_v1", "log") declare function host_log(ptr: usize, len: usize): u64;
// @ts-ignore: decorator
@external("mozaiks_v1", "clock") declare function host_clock(ptr: usize, len: usize): u64;
// @ts-ignore: decorator
@external("mozaiks_v1", "random") declare function host_random(ptr: usize, len: usize): u64;

/** A refusal: of the host, or of a handler. */
export class Failure {
  constructor(public code: string, public message: string, public details: Value = Value.null()) {}
  get retryable(): bool { return this.code == "busy" || this.code == "timeout" || this.code == "unavailable"; }
}

/** A value, or why there is none. */
export class Result {
  constructor(public value: Value, public failure: Failure | null) {}
  get ok(): bool { return this.failure === null; }
}

export function ok(v: Value): Result { return new Result(v, null); }
export function fail(code: string, message: string, details: Value = Value.null()): Result {
  return new Result(Value.null(), new Failure(code, message, details));
}

/** The host's blocks are the guest's from then on; all of it is thrown away with the sandbox after the call. */
export function alloc(size: u32): usize { return heap.alloc(size); }

export function unpack(packed: u64): Result {
  if (packed == 0) return ok(Value.null());
  const doc = parse(String.UTF8.decodeUnsafe(<usize>(packed >> 32), <usize>(packed & 0xffffffff)));
  if (doc.error != "") return fail("internal", "the host's answer is no JSON: " + doc.error);
  if (doc.value.has("ok")) return ok(doc.value.get("ok"));
  const e = doc.value.get("error");
  return fail(e.get("code").str(), e.get("message").str(), e.get("details"));
}

function bytes(request: Value): ArrayBuffer { return String.UTF8.encode(request.toString()); }

export function context(): Result { const b = bytes(Value.object()); return unpack(host_context(changetype<usize>(b), b.byteLength)); }
export function settingsGet(request: Value): Result { const b = bytes(request); return unpack(host_settings_get(changetype<usize>(b), b.byteLength)); }
export function dataGet(request: Value): Result { const b = bytes(request); return unpack(host_data_get(changetype<usize>(b), b.byteLength)); }
export function dataQuery(request: Value): Result { const b = bytes(request); return unpack(host_data_query(changetype<usize>(b), b.byteLength)); }
export function dataCount(request: Value): Result { const b = bytes(request); return unpack(host_data_count(changetype<usize>(b), b.byteLength)); }
export function dataWrite(ops: Value): Result {
  const b = bytes(Value.object().set("ops", ops));
  return unpack(host_data_write(changetype<usize>(b), b.byteLength));
}
export function emit(type: string, payload: Value, key: string = ""): Result {
  const request = Value.object().set("type", Value.string(type)).set("payload", payload);
  if (key != "") request.set("event_key", Value.string(key));
  const b = bytes(request);
  return unpack(host_event_emit(changetype<usize>(b), b.byteLength));
}
export function log(level: string, message: string): void {
  const b = bytes(Value.object().set("level", Value.string(level)).set("message", Value.string(message)));
  host_log(changetype<usize>(b), b.byteLength);
}
/** The invocation's time, the same from its first to its last instruction. */
export function clock(): Result { const b = bytes(Value.object()); return unpack(host_clock(changetype<usize>(b), b.byteLength)); }
/** Bytes from the invocation's own stream, in base64. The language's Math.random is not seeded by the host: do not use it. */
export function random(n: i32): Result { const b = bytes(Value.object().set("bytes", Value.int(n))); return unpack(host_random(changetype<usize>(b), b.byteLength)); }

/** Runs a handler on the input that the host wrote, and answers its result packed. */
export function handle(ptr: usize, len: usize, handler: (input: Value) => Result): u64 {
  const input: Parsed = len == 0 ? new Parsed(Value.object(), "") : parse(String.UTF8.decodeUnsafe(ptr, len));
  const r = input.error != "" ? fail("invalid_argument", "the input is no JSON: " + input.error) : handler(input.value);
  const doc = Value.object();
  const f = r.failure;
  if (f === null) doc.set("ok", r.value);
  else {
    const e = Value.object().set("code", Value.string(f.code)).set("message", Value.string(f.message));
    if (!f.details.isNull) e.set("details", f.details);
    doc.set("error", e);
  }
  const out = String.UTF8.encode(doc.toString());
  return (<u64>changetype<usize>(out) << 32) | <u64>out.byteLength;
}
