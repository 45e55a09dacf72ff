;; what: Imports of an ABI that this host does not speak.
;; expect: BACKEND_IMPORT_UNKNOWN
(module
  (import "mozaiks_v2" "context" (func (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
