;; what: A first memory above the limit.
;; expect: BACKEND_MEMORY
(module
  (memory (export "memory") 1025)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
