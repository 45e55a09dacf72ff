;; what: An answer whose address is outside.
;; expect: GUEST_RANGE
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    i64.const 0x0001000000000001))
