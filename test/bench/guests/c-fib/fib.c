// Recursion and nothing else.
#include "../guest.h"
static u32 fib(u32 n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
EXPORT("run") u64 run(const u8 *in, u32 length) { return answer(fib(number(in, length))); }
