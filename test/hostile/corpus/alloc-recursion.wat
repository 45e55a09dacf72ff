;; what: mozaiks_alloc calls itself.
;; expect: GUEST_STACK
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32)
    (call 0 (local.get 0)))
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
