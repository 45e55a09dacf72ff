;; what: No mozaiks_alloc.
;; expect: BACKEND_EXPORT_MISSING
(module
  (memory (export "memory") 1)
  (func (export "run") (param i32 i32) (result i64) i64.const 0))
