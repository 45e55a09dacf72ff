;; what: env.abort with a text of 2^32 - 1 bytes and control characters.
;; expect: GUEST_ABORT
(module
  (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (i32.store (i32.const 4096) (i32.const 0xffffffff))
    (i32.store (i32.const 8192) (i32.const 0x40))
    (memory.fill (i32.const 8196) (i32.const 0x1b) (i32.const 0x40))
    (call $abort (i32.const 4100) (i32.const 8196) (i32.const 1) (i32.const 2))
    i64.const 0))
