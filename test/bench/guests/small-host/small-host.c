// A small request: an operation of the host, 4 KiB of memory written, 100 bytes answered.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
#define EXPORT(name) __attribute__((export_name(name)))
__attribute__((import_module("mozaiks_v1"), import_name("context"))) u64 context(const void *request, u32 length);

static u8 heap[8192], out[100];
static u64 page[512];
static u32 used;

EXPORT("mozaiks_alloc") void *guest_alloc(u32 n) {
  void *p = heap + used;
  used += (n + 7) & ~7u;
  return used <= sizeof heap ? p : 0;
}

EXPORT("run") u64 run(const u8 *in, u32 length) {
  u64 answer = context("{}", 2);
  const u8 *have = (const u8 *)(u32)(answer >> 32);
  u64 x = have[(u32)answer - 3] + in[length - 2];
  for (u32 i = 0; i < 512; i++) ((volatile u64 *)page)[i] = x += 0x0101010101010101;
  __builtin_memcpy(out, "{\"ok\":\"", 7);
  for (u32 i = 7; i < 98; i++) out[i] = 'a' + (page[i * 4] & 15);
  out[98] = '"', out[99] = '}';
  return (u64)(u32)out << 32 | sizeof out;
}

// n calls of the host and nothing else.
EXPORT("host") u64 host(const u8 *in, u32 length) {
  u32 n = 0;
  for (u32 i = 0; i < length; i++)
    if (in[i] >= '0' && in[i] <= '9') n = n * 10 + (in[i] - '0');
  for (; n; n--) used = 0, context("{}", 2);
  return 0;
}
