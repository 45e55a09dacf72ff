;; what: Imports a function that WASI preview 1 does not have.
;; expect: BACKEND_IMPORT_UNKNOWN
(module
  (import "wasi_snapshot_preview1" "fd_exec" (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
