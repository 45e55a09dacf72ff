;; what: WASI with addresses outside the memory: errno 21, and nothing happens.
;; expect: answer null
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (if (i32.ne (call $fd_write (i32.const 1) (i32.const 0xfffffff8) (i32.const 1) (i32.const 0)) (i32.const 21)) (then unreachable))
    (if (i32.ne (call $fd_write (i32.const 1) (i32.const 0) (i32.const 0xffffffff) (i32.const 0)) (i32.const 21)) (then unreachable))
    (if (i32.ne (call $random_get (i32.const 0xfff0) (i32.const 0x11)) (i32.const 21)) (then unreachable))
    (if (i32.ne (call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 0xfffffffc)) (i32.const 21)) (then unreachable))
    (if (i32.ne (call $poll_oneoff (i32.const 0xffffffff) (i32.const 0) (i32.const 1) (i32.const 0)) (i32.const 21)) (then unreachable))
    (if (i32.ne (call $poll_oneoff (i32.const 0) (i32.const 0) (i32.const 0xffffffff) (i32.const 0)) (i32.const 21)) (then unreachable))
    i64.const 0))
