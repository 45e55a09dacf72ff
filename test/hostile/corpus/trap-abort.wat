;; what: env.abort with texts that lie outside the memory.
;; expect: GUEST_ABORT
(module
  (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (call $abort (i32.const 0xfffffffc) (i32.const 3) (i32.const 1) (i32.const 2))
    i64.const 0))
