;; what: A handler of another type.
;; expect: BACKEND_EXPORT_SIGNATURE
;; handlers: run
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32) (result i32) i32.const 0))
