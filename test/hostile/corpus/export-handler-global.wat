;; what: A handler that is a global.
;; expect: BACKEND_EXPORT_MISSING
;; handlers: run
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (global (export "run") i32 (i32.const 0)))
