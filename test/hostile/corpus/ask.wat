;; what: Asks the host once and hands its answer on.
;; driver: TestHostsThatFail
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 64)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (return (call $context (i32.const 0) (i32.const 0)))
    unreachable))
