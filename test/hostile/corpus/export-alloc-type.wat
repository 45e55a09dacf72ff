;; what: A mozaiks_alloc of another type.
;; expect: BACKEND_EXPORT_SIGNATURE
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i64) (result i64) i64.const 1024)
  (func (export "run") (param i32 i32) (result i64) i64.const 0))
