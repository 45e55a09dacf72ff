;; what: _initialize calls an operation.
;; expect: BACKEND_INIT
;; init: BACKEND_INIT
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0)
  (func $init (export "_initialize")
    (drop (call $context (i32.const 0) (i32.const 0)))))
