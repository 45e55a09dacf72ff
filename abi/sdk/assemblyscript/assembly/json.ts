// JSON values: a strict parser and a writer of our own, since the language has none. UTF-8 in and out.

export enum Kind { Null, Bool, Int, Float, String, Array, Object }

/** One JSON value. Integers that fit 64 bits stay exact; any other number is an f64. */
export class Value {
  kind: Kind = Kind.Null;
  bool: bool = false;
  int: i64 = 0;
  float: f64 = 0;
  text: string = "";
  items: Array<Value> = [];
  keys: Array<string> = [];

  static null(): Value { return new Value(); }
  static bool(v: bool): Value { const x = new Value(); x.kind = Kind.Bool; x.bool = v; return x; }
  static int(v: i64): Value { const x = new Value(); x.kind = Kind.Int; x.int = v; return x; }
  static float(v: f64): Value { const x = new Value(); x.kind = Kind.Float; x.float = v; return x; }
  static string(v: string): Value { const x = new Value(); x.kind = Kind.String; x.text = v; return x; }
  static array(): Value { const x = new Value(); x.kind = Kind.Array; return x; }
  static object(): Value { const x = new Value(); x.kind = Kind.Object; return x; }

  /** Sets a member of an object and answers the object. */
  set(key: string, v: Value): Value {
    const i = this.keys.indexOf(key);
    if (i >= 0) { this.items[i] = v; return this; }
    this.keys.push(key);
    this.items.push(v);
    return this;
  }
  /** Appends to an array and answers the array. */
  push(v: Value): Value { this.items.push(v); return this; }
  has(key: string): bool { return this.kind == Kind.Object && this.keys.indexOf(key) >= 0; }
  /** The member of that key; null for none. */
  get(key: string): Value {
    const i = this.kind == Kind.Object ? this.keys.indexOf(key) : -1;
    return i < 0 ? Value.null() : this.items[i];
  }
  get isNull(): bool { return this.kind == Kind.Null; }
  /** The text; "" for another kind. */
  str(): string { return this.kind == Kind.String ? this.text : ""; }
  /** The integer; 0 for another kind. */
  i64(): i64 { return this.kind == Kind.Int ? this.int : this.kind == Kind.Float ? <i64>this.float : 0; }
  toString(): string { const out = new Array<string>(); write(this, out); return out.join(""); }
}

/** What is wrong with a text that is no strict JSON; "" for nothing. */
export class Parsed { constructor(public value: Value, public error: string) {} }

/** The deepest nesting that is read. */
const MAX_DEPTH = 32;

export function parse(s: string): Parsed {
  const p = new Parser(s);
  p.space();
  const v = p.value(0);
  p.space();
  if (p.error == "" && p.pos != s.length) p.fail("text follows the value");
  return new Parsed(v, p.error);
}

class Parser {
  pos: i32 = 0;
  error: string = "";
  constructor(public s: string) {}

  fail(why: string): Value {
    if (this.error == "") this.error = why + " at " + this.pos.toString();
    return Value.null();
  }
  peek(): i32 { return this.pos < this.s.length ? this.s.charCodeAt(this.pos) : -1; }
  space(): void {
    for (let c = this.peek(); c == 0x20 || c == 0x09 || c == 0x0a || c == 0x0d; c = this.peek()) this.pos++;
  }
  take(c: i32): bool {
    if (this.peek() != c) return false;
    this.pos++;
    return true;
  }
  word(w: string, v: Value): Value {
    if (this.s.substr(this.pos, w.length) != w) return this.fail("no value begins so");
    this.pos += w.length;
    return v;
  }
  value(depth: i32): Value {
    const c = this.peek();
    if (c == 0x7b) return this.object(depth + 1);
    if (c == 0x5b) return this.array(depth + 1);
    if (c == 0x22) return Value.string(this.text());
    if (c == 0x74) return this.word("true", Value.bool(true));
    if (c == 0x66) return this.word("false", Value.bool(false));
    if (c == 0x6e) return this.word("null", Value.null());
    if (c == 0x2d || (c >= 0x30 && c <= 0x39)) return this.number();
    return this.fail("no value begins so");
  }
  object(depth: i32): Value {
    const o = Value.object();
    if (depth > MAX_DEPTH) return this.fail("nested too deep");
    this.pos++;
    this.space();
    if (this.take(0x7d)) return o;
    while (true) {
      this.space();
      if (this.peek() != 0x22) return this.fail("a key is missing");
      const key = this.text();
      if (o.keys.indexOf(key) >= 0) return this.fail("a key stands twice");
      this.space();
      if (!this.take(0x3a)) return this.fail("a colon is missing");
      this.space();
      o.keys.push(key);
      o.items.push(this.value(depth));
      if (this.error != "") return o;
      this.space();
      if (this.take(0x7d)) return o;
      if (!this.take(0x2c)) return this.fail("a comma or } is missing");
    }
  }
  array(depth: i32): Value {
    const a = Value.array();
    if (depth > MAX_DEPTH) return this.fail("nested too deep");
    this.pos++;
    this.space();
    if (this.take(0x5d)) return a;
    while (true) {
      this.space();
      a.items.push(this.value(depth));
      if (this.error != "") return a;
      this.space();
      if (this.take(0x5d)) return a;
      if (!this.take(0x2c)) return this.fail("a comma or ] is missing");
    }
  }
  text(): string {
    this.pos++;
    let out = "";
    let begin = this.pos;
    while (true) {
      const c = this.peek();
      if (c < 0x20) { this.fail(c < 0 ? "a string has no end" : "a control character stands in a string"); return out; }
      if (c == 0x22) {
        out += this.s.substring(begin, this.pos);
        this.pos++;
        return out;
      }
      if (c != 0x5c) { this.pos++; continue; }
      out += this.s.substring(begin, this.pos);
      this.pos++;
      const e = this.peek();
      this.pos++;
      if (e == 0x75) {
        const unit = this.unit();
        if (unit < 0) { this.fail("an escape needs four hex digits"); return out; }
        out += String.fromCharCode(unit);
      } else {
        const i = "\"\\/bfnrt".indexOf(String.fromCharCode(e));
        if (e < 0 || i < 0) { this.fail("no such escape"); return out; }
        out += "\"\\/\b\f\n\r\t".charAt(i);
      }
      begin = this.pos;
    }
  }
  unit(): i32 {
    let v = 0;
    for (let i = 0; i < 4; i++) {
      let c = this.peek();
      this.pos++;
      if (c >= 0x30 && c <= 0x39) c -= 0x30;
      else if (c >= 0x61 && c <= 0x66) c -= 0x57;
      else if (c >= 0x41 && c <= 0x46) c -= 0x37;
      else return -1;
      v = (v << 4) | c;
    }
    return v;
  }
  digits(): bool {
    const begin = this.pos;
    for (let c = this.peek(); c >= 0x30 && c <= 0x39; c = this.peek()) this.pos++;
    return this.pos > begin;
  }
  number(): Value {
    const begin = this.pos;
    this.take(0x2d);
    if (!this.take(0x30) && !this.digits()) return this.fail("a digit is missing");
    let integer = true;
    if (this.take(0x2e)) { integer = false; if (!this.digits()) return this.fail("a digit is missing"); }
    if (this.take(0x65) || this.take(0x45)) {
      integer = false;
      if (!this.take(0x2b)) this.take(0x2d);
      if (!this.digits()) return this.fail("a digit is missing");
    }
    const text = this.s.substring(begin, this.pos);
    if (integer) return Value.int(I64.parseInt(text));
    return Value.float(F64.parseFloat(text));
  }
}

export function write(v: Value, out: Array<string>): void {
  switch (v.kind) {
    case Kind.Null: out.push("null"); return;
    case Kind.Bool: out.push(v.bool ? "true" : "false"); return;
    case Kind.Int: out.push(v.int.toString()); return;
    case Kind.Float: out.push(v.float.toString()); return;
    case Kind.String: writeText(v.text, out); return;
    case Kind.Array:
      out.push("[");
      for (let i = 0; i < v.items.length; i++) {
        if (i > 0) out.push(",");
        write(v.items[i], out);
      }
      out.push("]");
      return;
    default:
      out.push("{");
      for (let i = 0; i < v.items.length; i++) {
        if (i > 0) out.push(",");
        writeText(v.keys[i], out);
        out.push(":");
        write(v.items[i], out);
      }
      out.push("}");
  }
}

function writeText(s: string, out: Array<string>): void {
  out.push("\"");
  let begin = 0;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    let escape = "";
    if (c == 0x22) escape = "\\\"";
    else if (c == 0x5c) escape = "\\\\";
    else if (c < 0x20) escape = "\\u00" + (c < 0x10 ? "0" : "1") + "0123456789abcdef".charAt(c & 15);
    else if (c >= 0xd800 && c <= 0xdfff) {
      const pair = c <= 0xdbff && i + 1 < s.length && (s.charCodeAt(i + 1) & 0xfc00) == 0xdc00;
      if (pair) { i++; continue; }
      escape = "\ufffd"; // a lone surrogate has no UTF-8
    } else continue;
    out.push(s.substring(begin, i));
    out.push(escape);
    begin = i + 1;
  }
  out.push(s.substring(begin));
  out.push("\"");
}
