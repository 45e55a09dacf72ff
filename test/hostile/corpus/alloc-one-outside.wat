;; what: mozaiks_alloc answers a block that ends one byte outside.
;; expect: GUEST_ALLOC
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32)
    (i32.sub (i32.const 0x10001) (local.get 0)))
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
