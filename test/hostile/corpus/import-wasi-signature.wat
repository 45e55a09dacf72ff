;; what: Imports a function of WASI with another type.
;; expect: BACKEND_IMPORT_SIGNATURE
(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i64) (result i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
