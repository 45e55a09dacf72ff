;; what: Sleeps for a year.
;; expect: answer null
;; note: a deadline of 200 ms is enough
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (i64.store (i32.const 2072) (i64.const 31536000000000000))
    (if (call $poll_oneoff (i32.const 2048) (i32.const 4096) (i32.const 1) (i32.const 8192)) (then unreachable))
    (if (i32.ne (i32.load (i32.const 8192)) (i32.const 1)) (then unreachable))
    i64.const 0))
