// A fake host for unit tests of guests: it runs a binary in Node and answers its operations from a list of expected calls.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const operations = ["context", "settings_get", "data_get", "data_query", "data_count", "data_write", "event_emit", "log", "clock", "random"];

/** A guest that aborted: message, file, line and column as the language gives them. */
export class Abort extends Error {}

/**
 * Starts a binary. `expected` are the calls that it must make, in order: {op, request?, answer} with the document of the answer,
 * {ok: value} or {error: {code, message}}. A call that is not expected fails the test; log lines are kept aside.
 */
export async function start(file, expected = []) {
  const log = [];
  let memory, exports;
  const read = (ptr, len) => Buffer.from(memory.buffer, ptr >>> 0, len >>> 0).toString("utf8");
  const write = (text) => {
    const bytes = Buffer.from(text, "utf8");
    const ptr = exports.mozaiks_alloc(Math.max(bytes.length, 1)) >>> 0;
    Buffer.from(memory.buffer).set(bytes, ptr);
    return [ptr, bytes.length];
  };
  const answer = (doc) => {
    const [ptr, len] = write(JSON.stringify(doc));
    return (BigInt(ptr) << 32n) | BigInt(len);
  };
  const host = {};
  for (const op of operations) {
    host[op] = (ptr, len) => {
      const request = JSON.parse(read(ptr, len));
      if (op === "log") {
        log.push(request);
        return 0n;
      }
      const call = expected.shift();
      assert.ok(call, `an unexpected ${op} ${JSON.stringify(request)}`);
      assert.equal(op, call.op);
      if (call.request) assert.deepEqual(request, call.request);
      return typeof call.answer === "string" ? answer(JSON.parse(call.answer)) : answer(call.answer);
    };
  }
  const utf16 = (ptr) => (ptr ? Buffer.from(memory.buffer, ptr, new Uint32Array(memory.buffer, ptr - 4, 1)[0]).toString("utf16le") : "");
  const abort = (message, name, line, column) => {
    throw new Abort(`${utf16(message)} in ${utf16(name)}:${line}:${column}`);
  };
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { mozaiks_v1: host, env: { abort } });
  exports = instance.exports;
  memory = exports.memory;
  exports._initialize?.();
  /** Calls a handler with a value, or with a text as it is, and answers the text of its document. */
  const callText = (name, input) => {
    const [ptr, len] = write(typeof input === "string" ? input : JSON.stringify(input));
    const packed = BigInt.asUintN(64, exports[name](ptr, len));
    assert.equal(expected.length, 0, `${expected.length} expected calls were not made`);
    return read(Number(packed >> 32n), Number(packed & 0xffffffffn));
  };
  /** The same, with the document read. */
  const call = (name, input) => JSON.parse(callText(name, input));
  return { call, callText, log, exports };
}
