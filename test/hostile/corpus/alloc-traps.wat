;; what: mozaiks_alloc traps.
;; expect: GUEST_UNREACHABLE
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32)
    unreachable)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
