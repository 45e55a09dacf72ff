;; what: Exports mz:stack, a name that metering adds or may add.
;; expect: BACKEND_RESERVED
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0)
  (global $g (mut i64) (i64.const 9223372036854775807))
  (export "mz:stack" (global $g)))
