// A host of a few lines, for the tests of the boundary: it answers settings_get and log, and nothing else.
import fs from 'node:fs';

const module = new WebAssembly.Module(fs.readFileSync(process.argv[2]));
const encoder = new TextEncoder(), decoder = new TextDecoder();

class Guest {
  constructor(settings) {
    this.log = [];
    const refuse = () => 8;
    const named = {
      clock_time_get: (_id, _precision, at) => (this.view().setBigUint64(at, 1n, true), 0),
      random_get: () => 0, args_get: () => 0, environ_get: () => 0, sched_yield: () => 0,
      args_sizes_get: (a, b) => this.zeros(a, b), environ_sizes_get: (a, b) => this.zeros(a, b),
      proc_exit: (code) => { throw new Error('exit ' + code); },
    };
    const wasi = new Proxy({}, { get: (_, name) => named[name] ?? refuse });
    const operations = {
      settings_get: () => settings,
      log: (request) => { this.log.push(request); return null; },
    };
    const imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      if (from !== 'mozaiks_v1') continue;
      imports[name] = (at, length) => {
        const answer = operations[name](JSON.parse(this.read(at, length)));
        if (answer === null) return 0n;
        const [to, size] = this.put(JSON.stringify(answer));
        return BigInt(to) << 32n | BigInt(size);
      };
    }
    this.exports = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi, mozaiks_v1: imports }).exports;
    this.exports._initialize();
  }
  view() { return new DataView(this.exports.memory.buffer); }
  zeros(...places) { for (const at of places) this.view().setUint32(at, 0, true); return 0; }
  read(at, length) { return decoder.decode(new Uint8Array(this.exports.memory.buffer, at >>> 0, length)); }
  put(text) {
    const bytes = encoder.encode(text), at = this.exports.mozaiks_alloc(bytes.length) >>> 0;
    new Uint8Array(this.exports.memory.buffer, at, bytes.length).set(bytes);
    return [at, bytes.length];
  }
  call(name, input) {
    const [at, length] = input === '' ? [0, 0] : this.put(input);
    const packed = BigInt.asUintN(64, this.exports[name](at, length));
    return this.read(Number(packed >> 32n), Number(packed & 0xffffffffn));
  }
}

function attempt(guest, name, input) {
  try {
    return { answer: guest.call(name, input) };
  } catch (e) {
    return { trap: e instanceof WebAssembly.RuntimeError ? e.message : String(e) };
  }
}

const large = JSON.stringify({ value: 'y'.repeat(1 << 20) });
const filled = new Guest({ ok: { values: { text: 'x'.repeat(1 << 20) } } });
const refusing = new Guest({ error: { code: 'busy', message: 'later', details: { ms: 5 } } });
const empty = new Guest(null);
const index = new Guest(null), text = new Guest(null);
console.log(JSON.stringify({
  abi: filled.exports.mozaiks_abi(),
  echo: attempt(filled, 'echo', '{"value":[1,"é😀"]}'),
  large: attempt(filled, 'echo', large).answer === '{"ok":' + large + '}',
  nothing: attempt(filled, 'echo', ''),
  answers: attempt(filled, 'settings', '{"times":64}'),
  pages: filled.exports.memory.buffer.byteLength / 65536,
  refused: attempt(refusing, 'settings', '{"times":1}'),
  null: attempt(empty, 'settings', '{"times":1}'),
  index: attempt(index, 'panicking', '{"value":7}'), indexLog: index.log,
  text: attempt(text, 'panicking', '{"value":"x"}'), textLog: text.log,
}));
