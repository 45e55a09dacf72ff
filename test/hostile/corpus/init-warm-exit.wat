;; what: mozaiks_warm exits.
;; expect: BACKEND_INIT
;; init: GUEST_EXIT
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0)
  (func $init (export "mozaiks_warm")
    (call $proc_exit (i32.const 0))))
