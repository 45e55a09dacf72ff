;; what: i64.div_s of the least number by -1.
;; expect: GUEST_INT_OVERFLOW
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))
    i64.const 0))
