;; what: A line of 8 MiB by the operation log.
;; expect: refusal limit_exceeded
(module
  (import "mozaiks_v1" "log" (func $log (param i32 i32) (result i64)))
  (memory (export "memory") 140)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (return (call $log (i32.const 65536) (i32.const 0x800000)))
    unreachable))
