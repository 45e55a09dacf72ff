// A loop of arithmetic and nothing else.
#include "../guest.h"
EXPORT("run") u64 run(const u8 *in, u32 length) {
  u32 x = 1;
  for (u32 i = number(in, length) * 1000; i; i--) x = (x ^ x >> 7) * 1664525u + 1013904223u;
  return answer(x);
}
