;; what: A request whose address and length wrap around to a small number.
;; expect: GUEST_RANGE
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (return (call $context (i32.const 0xfffffff0) (i32.const 0x20)))
    unreachable))
