;; what: Imports a global.
;; expect: BACKEND_IMPORT_UNKNOWN
(module
  (import "env" "__stack_pointer" (global (mut i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
