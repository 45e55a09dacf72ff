;; what: Control characters, line ends and marks of direction in log lines.
;; expect: answer null
;; logs: kept
(module
  (import "mozaiks_v1" "log" (func $log (param i32 i32) (result i64)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64) (local i32)
    (if (i64.ne (call $log (i32.const 2048) (i32.const 114)) (i64.const 0)) (then unreachable))
    (i32.store (i32.const 1032) (i32.const 4096))
    (i32.store (i32.const 1036) (i32.const 256))
    (local.set 2 (i32.const 256))
    loop
      (local.set 2 (i32.sub (local.get 2) (i32.const 1)))
      (i32.store8 offset=4096 (local.get 2) (local.get 2))
      (br_if 0 (local.get 2))
    end
    (if (call $fd_write (i32.const 2) (i32.const 1032) (i32.const 1) (i32.const 1040)) (then unreachable))
    i64.const 0)
  (data (i32.const 2048) "{\"level\":\"info\",\"message\":\"a\\u0000\\u001b[2J\\r\\n\\u2028\\u202e\\u009b\",\"fields\":{\"\\u001b[2J\":\"\\u0007\",\"b\":[\"\\u202e\"]}}"))
