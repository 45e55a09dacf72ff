;; what: i32.trunc_f32_s of a NaN.
;; expect: GUEST_CONVERSION
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (i32.trunc_f32_s (f32.const nan)))
    i64.const 0))
