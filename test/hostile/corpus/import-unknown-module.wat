;; what: Imports from a module that is not there.
;; expect: BACKEND_IMPORT_UNKNOWN
(module
  (import "kernel" "exec" (func))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
