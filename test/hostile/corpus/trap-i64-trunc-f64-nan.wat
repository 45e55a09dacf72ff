;; what: i64.trunc_f64_s of a NaN.
;; expect: GUEST_CONVERSION
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (i64.trunc_f64_s (f64.const nan)))
    i64.const 0))
