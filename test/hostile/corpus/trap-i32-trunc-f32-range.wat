;; what: i32.trunc_f32_u of a float out of range.
;; expect: GUEST_CONVERSION
;; differs: GUEST_INT_OVERFLOW
;; note: the engine below has one word for this and for a division that overflows
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (i32.trunc_f32_u (f32.const 1e30)))
    i64.const 0))
