;; what: mozaiks_alloc answers 0.
;; expect: GUEST_ALLOC
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32)
    i32.const 0)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
