;; what: Names a label br table one beyond its own.
;; flags: --no-check
;; expect: BACKEND_INVALID
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (br_table 0 1 0 (i64.const 0) (i32.const 0))))
