;; what: mozaiks_alloc calls an operation.
;; expect: GUEST_REENTRY
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32)
    (drop (call $context (i32.const 0) (i32.const 0)))
    i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
