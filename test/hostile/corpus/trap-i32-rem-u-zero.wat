;; what: i32.rem_u by zero.
;; expect: GUEST_DIV_ZERO
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (i32.rem_u (i32.const 1) (i32.const 0)))
    i64.const 0))
