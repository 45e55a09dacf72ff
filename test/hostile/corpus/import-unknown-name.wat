;; what: Imports an operation that is not there.
;; expect: BACKEND_IMPORT_UNKNOWN
(module
  (import "mozaiks_v1" "become_root" (func (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
