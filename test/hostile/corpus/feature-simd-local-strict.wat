;; what: A local of 128 bits under the strict profile.
;; expect: BACKEND_FEATURE
;; profile: strict
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64) (local v128)
    nop
    i64.const 0))
