import assert from "node:assert/strict";
import { test } from "node:test";
import { Abort, start } from "../testing/host.mjs";

const guest = new URL("../build/guest.wasm", import.meta.url);

test("values survive reading and writing", async () => {
  const { call } = await start(guest);
  for (const v of [{}, [], [null, true, false], { a: { b: [1, -2.5, 1e-7, 1e21, "x"] } }, { n: Number.MAX_SAFE_INTEGER },
    { s: "q\"b\\s/n\nt\tü€😀\u0001\u2028" }, { "": 1, " ": 2 }]) {
    assert.deepEqual(call("run_echo", v), { ok: v });
  }
});

test("integers of 64 bits stay exact", async () => {
  const { callText } = await start(guest);
  const text = '{"a":9007199254740993,"b":-9223372036854775808,"c":[9223372036854775807,0,-1]}';
  assert.equal(callText("run_echo", text), `{"ok":${text}}`);
});

test("escapes are read, lone surrogates replaced", async () => {
  const { call } = await start(guest);
  assert.deepEqual(call("run_echo", '{"a":"\\u00e9\\ud83d\\ude00\\/\\b"}'), { ok: { a: "é😀/\b" } });
  assert.deepEqual(call("run_echo", '{"a":"\\ud83d"}'), { ok: { a: "\ufffd" } });
});

test("what is no strict JSON is refused", async () => {
  const { call } = await start(guest);
  for (const text of ["{", "[1,]", '{"a":1,"a":2}', "01", "1.", "nul", '"\u0001"', "{} x", '{"a" 1}', '"\\x"', "[".repeat(40) + "]".repeat(40)]) {
    assert.equal(call("run_echo", text).error.code, "invalid_argument", text);
  }
});

test("a handler refuses with code, message and details", async () => {
  const { call } = await start(guest);
  assert.deepEqual(call("run_refuse", { reason: "closed" }), { error: { code: "conflict", message: "no", details: { reason: "closed" } } });
});

test("every operation sends its request and gives the answer", async () => {
  const cases = [
    ["context", null, {}, { user: "u" }],
    ["settings_get", { ids: ["a"] }, { ids: ["a"] }, { values: { a: 1 } }],
    ["data_get", { collection: "c", id: "x" }, { collection: "c", id: "x" }, { doc: null }],
    ["data_query", { collection: "c", limit: 5 }, { collection: "c", limit: 5 }, { docs: [], next_cursor: null }],
    ["data_count", { collection: "c" }, { collection: "c" }, { count: 3, capped: false }],
    ["data_write", [{ op: "insert" }], { ops: [{ op: "insert" }] }, { results: [{ id: "doc_1", rev: 1 }] }],
    ["event_emit", { type: "t", payload: { a: 1 }, key: "k" }, { type: "t", payload: { a: 1 }, event_key: "k" }, { event_id: "e", duplicate: false }],
    ["event_emit", { type: "t", payload: {} }, { type: "t", payload: {} }, { event_id: "e", duplicate: false }],
    ["clock", null, {}, { now: "2026-01-01T00:00:00.000Z", unix_ms: 1767225600000 }],
    ["random", 4, { bytes: 4 }, { base64: "AAAAAA==" }],
  ];
  for (const [op, request, sent, value] of cases) {
    const { call } = await start(guest, [{ op, request: sent, answer: { ok: value } }]);
    assert.deepEqual(call("run_operate", { op, request }), { ok: value });
  }
});

test("refusals of the host are values, and three of them retryable", async () => {
  for (const [code, retryable] of [["busy", true], ["timeout", true], ["unavailable", true], ["not_found", false]]) {
    const { call } = await start(guest, [{ op: "data_get", answer: { error: { code, message: "m" } } }]);
    assert.deepEqual(call("run_retryable", {}), { ok: retryable });
  }
});

test("answers of a megabyte and more than one call fit", async () => {
  const big = "x".repeat(1 << 20);
  const { call } = await start(guest, [{ op: "data_get", answer: { ok: { doc: big } } }]);
  assert.equal(call("run_operate", { op: "data_get", request: {} }).ok.doc.length, big.length);
});

test("log lines leave at once; an abort names its place", async () => {
  const { call, log } = await start(guest);
  call("run_operate", { op: "nothing" });
  assert.deepEqual(log, [{ level: "info", message: "no operation nothing" }]);
  assert.throws(() => call("run_crash", { list: [] }), (e) => e instanceof Abort && /Index out of range/.test(e.message));
});
