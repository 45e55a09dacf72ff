;; what: A request of 5 MiB.
;; expect: refusal limit_exceeded
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 100)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (return (call $context (i32.const 0) (i32.const 0x500000)))
    unreachable))
