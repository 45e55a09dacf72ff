// A module of one page that does almost nothing: the cost of a call is all there is.
typedef unsigned int u32;
typedef unsigned long long u64;
static unsigned char heap[4096];
__attribute__((export_name("mozaiks_alloc"))) void *guest_alloc(u32 n) { return n <= sizeof heap ? heap : 0; }
static const char text[] = "{\"ok\":1}";
__attribute__((export_name("run"))) u64 run(const void *in, u32 length) { return (u64)(u32)text << 32 | 8; }
