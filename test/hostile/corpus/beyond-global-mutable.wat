;; what: Names a global mutable one beyond its own.
;; flags: --no-check
;; expect: BACKEND_INVALID
(module
  (memory (export "memory") 1)
  (global (mut i64) (i64.const 0))
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (global.set 1 (i64.const 0x7fffffffffffffff))
    i64.const 0))
