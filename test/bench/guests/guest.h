// What every C guest of the benchmarks shares: an allocator that starts anew with each call, and the answer {"ok":N}.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

#define EXPORT(name) __attribute__((export_name(name)))

static u8 heap[4096];
static u32 used;

EXPORT("mozaiks_alloc") void *guest_alloc(u32 n) {
  used = (used + 7) & ~7u;
  if (used + n > sizeof heap) used = 0;
  void *p = heap + used;
  used += n;
  return p;
}

// number reads the whole number of the input {"n":NUMBER}.
static u32 number(const u8 *p, u32 length) {
  u32 n = 0;
  for (u32 i = 0; i < length; i++)
    if (p[i] >= '0' && p[i] <= '9') n = n * 10 + (p[i] - '0');
  return n;
}

static u64 answer(u32 n) {
  static u8 text[32];
  u8 digits[10];
  u32 at = 0, count = 0;
  for (const char *s = "{\"ok\":"; *s; s++) text[at++] = (u8)*s;
  do digits[count++] = (u8)('0' + n % 10); while ((n /= 10));
  while (count) text[at++] = digits[--count];
  text[at++] = '}';
  return (u64)(u32)text << 32 | at;
}
