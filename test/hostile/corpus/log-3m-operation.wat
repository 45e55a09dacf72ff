;; what: A line of 3 MiB by the operation log.
;; expect: refusal limit_exceeded
;; logs: cut
(module
  (import "mozaiks_v1" "log" (func $log (param i32 i32) (result i64)))
  (memory (export "memory") 140)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (memory.fill (i32.const 65536) (i32.const 0x61) (i32.const 0x300000))
    (memory.copy (i32.const 65536) (i32.const 2048) (i32.const 27))
    (i32.store16 (i32.const 0x30fffe) (i32.const 0x7d22)) ;; "}
    (return (call $log (i32.const 65536) (i32.const 0x300000)))
    unreachable)
  (data (i32.const 2048) "{\"level\":\"info\",\"message\":\""))
