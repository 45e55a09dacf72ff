;; what: Names a table one beyond its own.
;; flags: --no-check
;; expect: BACKEND_INVALID
(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (call_indirect 1 (type 0) (i32.const 0) (i32.const 0)) drop
    i64.const 0))
