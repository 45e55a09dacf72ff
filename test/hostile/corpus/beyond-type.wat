;; what: Names a type one beyond its own.
;; flags: --no-check
;; expect: BACKEND_INVALID
(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (call_indirect (type 2) (i32.const 0))
    i64.const 0))
