;; what: mozaiks_alloc uses WASI, as it may.
;; expect: answer null
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32)
    (drop (call $sched_yield))
    i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
