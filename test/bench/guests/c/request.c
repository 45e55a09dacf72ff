// A small request: an operation of the host, a page of memory written, 100 bytes answered.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
__attribute__((import_module("mozaiks_v1"), import_name("context"))) u64 context(const void *request, u32 length);
static u8 heap[8192], page[4096];
static u32 used;
__attribute__((export_name("mozaiks_alloc"))) void *guest_alloc(u32 n) {
  void *p = heap + used;
  used += (n + 7) & ~7u;
  return used <= sizeof heap ? p : 0;
}
static u8 out[100] = "{\"ok\":\"";
__attribute__((export_name("run"))) u64 run(const u8 *in, u32 length) {
  u64 answer = context("{}", 2);
  const u8 *p = (const u8 *)(u32)(answer >> 32);
  for (u32 i = 0; i < sizeof page; i += 8) *(volatile u64 *)(page + i) = (u64)i << 32 | (p[i & 31] ^ in[i & 31]);
  for (u32 i = 7; i < 98; i++) out[i] = 'a' + (page[i * 4] & 15);
  out[98] = '"', out[99] = '}';
  return (u64)(u32)out << 32 | 100;
}
// With calls of the host alone: n of them, each answered by 0 or by 100 bytes.
__attribute__((export_name("host"))) u64 host(const u8 *in, u32 length) {
  u32 n = 0;
  for (u32 i = 0; i < length; i++)
    if (in[i] >= '0' && in[i] <= '9') n = n * 10 + (in[i] - '0');
  for (; n; n--) used = 0, context("{}", 2);
  return 0;
}
