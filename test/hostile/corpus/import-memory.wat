;; what: Imports its memory.
;; expect: BACKEND_MEMORY
(module
  (import "env" "memory" (memory 1))
  (export "memory" (memory 0))
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
