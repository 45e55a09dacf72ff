// Products of matrices of 128 by 128 floats.
#include "../guest.h"
enum { N = 128 };
static double a[N][N], b[N][N], c[N][N];
EXPORT("run") u64 run(const u8 *in, u32 length) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) a[i][j] = i + j, b[i][j] = i - j;
  double trace = 0;
  for (u32 round = number(in, length); round; round--) {
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N; j++) {
        double s = 0;
        for (int k = 0; k < N; k++) s += a[i][k] * b[k][j];
        c[i][j] = s;
      }
    a[0][0] += 1;
    trace += c[0][0];
  }
  return answer(trace < 0 ? (u32)-trace % 1000000 : (u32)trace % 1000000);
}
