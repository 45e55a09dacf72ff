// A plug-in with imports written by hand: no PDK, no library. Its exports are those of every plug-in of the test's own,
// and some that use what PDKs do not.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define ENV(name) __attribute__((import_module("extism:host/env"), import_name(#name))) extern
#define EXPORT(name) __attribute__((export_name(#name)))

ENV(alloc) u64 ex_alloc(u64);
ENV(free) void ex_free(u64);
ENV(length) u64 ex_length(u64);
ENV(length_unsafe) u64 ex_length_unsafe(u64);
ENV(load_u8) u8 ex_load_u8(u64);
ENV(load_u64) u64 ex_load_u64(u64);
ENV(store_u8) void ex_store_u8(u64, u8);
ENV(store_u64) void ex_store_u64(u64, u64);
ENV(input_length) u64 ex_input_length(void);
ENV(input_offset) u64 ex_input_offset(void);
ENV(input_load_u8) u8 ex_input_load_u8(u64);
ENV(input_load_u64) u64 ex_input_load_u64(u64);
ENV(input_set) void ex_input_set(u64, u64);
ENV(output_set) void ex_output_set(u64, u64);
ENV(output_offset) u64 ex_output_offset(void);
ENV(output_length) u64 ex_output_length(void);
ENV(error_set) void ex_error_set(u64);
ENV(error_get) u64 ex_error_get(void);
ENV(reset) void ex_reset(void);
ENV(memory_bytes) u64 ex_memory_bytes(void);
ENV(config_get) u64 ex_config_get(u64);
ENV(var_get) u64 ex_var_get(u64);
ENV(var_set) void ex_var_set(u64, u64);
ENV(http_request) u64 ex_http_request(u64, u64);
ENV(http_status_code) int ex_http_status_code(void);
ENV(http_headers) u64 ex_http_headers(void);
ENV(get_log_level) int ex_get_log_level(void);
ENV(log_debug) void ex_log_debug(u64);
ENV(log_info) void ex_log_info(u64);
ENV(log_warn) void ex_log_warn(u64);
ENV(log_error) void ex_log_error(u64);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"))) extern void proc_exit(u32);

static u64 size_of(const char *s) {
  u64 n = 0;
  while (s[n]) n++;
  return n;
}

static u64 text(const char *s) {
  u64 n = size_of(s), h = ex_alloc(n);
  for (u64 i = 0; i < n; i++) ex_store_u8(h + i, (u8)s[i]);
  return h;
}

static void output(u64 h) { ex_output_set(h, ex_length(h)); }

// input copies the input into a new block.
static u64 input(void) {
  u64 n = ex_input_length(), h = ex_alloc(n), i = 0;
  for (; i + 8 <= n; i += 8) ex_store_u64(h + i, ex_input_load_u64(i));
  for (; i < n; i++) ex_store_u8(h + i, ex_input_load_u8(i));
  return h;
}

static void copy(u64 to, u64 from, u64 n) {
  for (u64 i = 0; i < n; i++) ex_store_u8(to + i, ex_load_u8(from + i));
}

// decimal writes a number into a new block after a text.
static u64 decimal(const char *before, u64 n) {
  char digits[20];
  u64 count = 0, begin = size_of(before);
  do {
    digits[count++] = (char)('0' + n % 10);
    n /= 10;
  } while (n);
  u64 h = ex_alloc(begin + count);
  for (u64 i = 0; i < begin; i++) ex_store_u8(h + i, (u8)before[i]);
  for (u64 i = 0; i < count; i++) ex_store_u8(h + begin + i, (u8)digits[count - 1 - i]);
  return h;
}

EXPORT(nothing) int nothing(void) { return 0; }

EXPORT(silent) void silent(void) {}

EXPORT(echo) int echo(void) {
  output(input());
  return 0;
}

EXPORT(echo_offset) int echo_offset(void) {
  u64 n = ex_length_unsafe(ex_input_offset()), h = ex_alloc(n);
  copy(h, ex_input_offset(), n);
  ex_output_set(h, n);
  return 0;
}

EXPORT(greet) int greet(void) {
  u64 key = text("greeting"), value = ex_config_get(key);
  ex_free(key);
  if (!value) value = text("no greeting");
  output(value);
  return 0;
}

EXPORT(count) int count(void) {
  u64 value = ex_var_get(text("count")), n = 1, next = ex_alloc(8);
  if (value) n = ex_load_u64(value) + 1;
  ex_store_u64(next, n);
  ex_var_set(text("count"), next);
  output(decimal("", n));
  return 0;
}

EXPORT(forget) int forget(void) {
  ex_var_set(text("count"), 0);
  ex_var_set(text("absent"), 0);
  return 0;
}

EXPORT(fail) int fail(void) {
  ex_error_set(input());
  return 7;
}

EXPORT(fail_quietly) int fail_quietly(void) { return -1; }

EXPORT(fail_and_answer) int fail_and_answer(void) {
  output(text("an output"));
  ex_error_set(text("an error"));
  return 0;
}

EXPORT(take_back) int take_back(void) {
  u64 h = text("no error");
  ex_error_set(h);
  if (ex_error_get() != h) return 1;
  ex_error_set(0);
  return (int)ex_error_get();
}

EXPORT(freed_error) int freed_error(void) {
  u64 h = text("no error");
  ex_error_set(h);
  ex_free(h);
  return 0;
}

EXPORT(freed_output) int freed_output(void) {
  u64 h = text("still there");
  output(h);
  ex_free(h);
  return (int)ex_length(h);
}

EXPORT(last_output) int last_output(void) {
  output(text("the first"));
  u64 h = text("the second one");
  ex_output_set(h + 4, 6);
  if (ex_output_offset() != h + 4) return 1;
  return ex_output_length() == 6 ? 0 : 2;
}

EXPORT(other_input) int other_input(void) {
  u64 h = text("another input");
  ex_input_set(h, ex_length(h));
  if (ex_input_offset() != h) return 1;
  ex_output_set(ex_input_offset(), ex_input_length());
  return ex_input_load_u8(8) == 'i' ? 0 : 2;
}

EXPORT(freed_input) int freed_input(void) {
  ex_free(ex_input_offset());
  return (int)ex_input_length();
}

EXPORT(start_over) int start_over(void) {
  output(text("gone"));
  ex_error_set(text("gone"));
  ex_reset();
  if (ex_input_length() || ex_output_length() || ex_error_get()) return 1;
  output(text("after reset"));
  return 0;
}

EXPORT(handles) int handles(void) {
  u64 h = ex_alloc(1000);
  if (!h || ex_alloc(0)) return 1;
  if (ex_length(h) != 1000 || ex_length_unsafe(h) != 1000) return 2;
  if (ex_length(0) || ex_length(h + 1) || ex_length(1ull << 40)) return 3;
  ex_free(0);
  ex_free(h + 1);
  ex_free(1ull << 40);
  if (ex_length(h) != 1000 || ex_memory_bytes() < 1000) return 4;
  ex_free(h);
  ex_free(h);
  return ex_length(h) ? 5 : 0;
}

// many makes and drops blocks of many sizes, and sees that each keeps what was written to it.
EXPORT(many) int many(void) {
  enum { slots = 64 };
  static u64 held[slots];
  for (u32 i = 0; i < slots; i++) held[i] = 0;
  u32 state = 12345;
  for (u32 round = 0; round < 4000; round++) {
    state = state * 1103515245 + 12345;
    u32 slot = state >> 16 & (slots - 1);
    if (held[slot]) {
      u64 n = ex_length(held[slot]);
      if (ex_load_u8(held[slot]) != slot || ex_load_u8(held[slot] + n - 1) != slot) return 1;
      ex_free(held[slot]);
    }
    state = state * 1103515245 + 12345;
    u64 n = 1 + (state >> 12) % 3000;
    held[slot] = ex_alloc(n);
    if (!held[slot] || ex_length(held[slot]) != n) return 2;
    ex_store_u8(held[slot], (u8)slot);
    ex_store_u8(held[slot] + n - 1, (u8)slot);
  }
  return 0;
}

EXPORT(fetch) int fetch(void) {
  u64 body = ex_http_request(input(), 0);
  ex_log_info(decimal("status ", (u64)ex_http_status_code()));
  ex_log_info(ex_http_headers());
  if (body) output(body);
  return 0;
}

EXPORT(post) int post(void) {
  u64 body = ex_alloc(4);
  ex_store_u8(body, 0xff);
  ex_store_u8(body + 1, 0);
  ex_store_u8(body + 2, 'a');
  ex_store_u8(body + 3, '\n');
  u64 answer = ex_http_request(input(), body);
  if (answer != body && ex_length(body)) return 1;
  if (answer) output(answer);
  return ex_http_status_code() - 200;
}

EXPORT(speak) int speak(void) {
  ex_log_debug(text("a debug line"));
  ex_log_info(text("an info line"));
  ex_log_warn(text("a warn line"));
  u64 h = text("an error line");
  ex_log_error(h);
  if (ex_length(h)) return 1;
  output(decimal("level ", (u64)ex_get_log_level()));
  return 0;
}

EXPORT(leave) int leave(void) {
  output(text("left early"));
  proc_exit(0);
  return 3;
}

EXPORT(leave_failing) int leave_failing(void) {
  proc_exit(3);
  return 0;
}

EXPORT(outside) int outside(void) { return (int)ex_load_u64(1ull << 40); }

EXPORT(after_input) int after_input(void) { return ex_input_load_u8(ex_input_length()); }

EXPORT(no_output) int no_output(void) {
  output(text("before"));
  ex_output_set(0, 0);
  return 0;
}

EXPORT(zeroed) int zeroed(void) {
  u64 h = text("a secret");
  ex_free(h);
  h = ex_alloc(8);
  return ex_load_u8(h) != 0;
}

EXPORT(in_use) int in_use(void) {
  ex_reset();
  ex_alloc(100);
  return (int)ex_memory_bytes();
}

// keep sets a variable of as many KiB as the input has bytes, twice.
EXPORT(keep) int keep(void) {
  u64 n = ex_input_length() * 1024;
  for (int i = 0; i < 2; i++) ex_var_set(text("kept"), ex_alloc(n));
  return 0;
}

EXPORT(give_up) int give_up(void) { __builtin_trap(); }
