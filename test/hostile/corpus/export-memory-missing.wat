;; what: No memory.
;; expect: BACKEND_EXPORT_MISSING
(module
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
