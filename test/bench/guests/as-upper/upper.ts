// Upper-casing texts, with the incremental collector.
export function mozaiks_alloc(n: i32): usize {
  return heap.alloc(n);
}

export function run(p: usize, length: i32): u64 {
  let n = 0;
  for (let i = 0; i < length; i++) {
    const c = load<u8>(p + i);
    if (c >= 0x30 && c <= 0x39) n = n * 10 + c - 0x30;
  }
  const source = "The quick brown fox jumps over the lazy dog. Grüße naïve café ".repeat(4);
  let total = 0;
  for (let i = 0; i < n; i++) total += source.toUpperCase().length;
  const text = String.UTF8.encode('{"ok":' + total.toString() + "}");
  return ((changetype<usize>(text) as u64) << 32) | (text.byteLength as u64);
}

export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  unreachable();
}
