;; what: A relaxed vector instruction.
;; flags: --enable-relaxed-simd
;; expect: BACKEND_FEATURE
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0)))
    i64.const 0))
