;; what: A vector instruction under the strict profile.
;; expect: BACKEND_FEATURE
;; profile: strict
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (i32x4.add (v128.const i64x2 1 2) (v128.const i64x2 3 4)))
    i64.const 0))
