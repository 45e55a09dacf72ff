;; what: mozaiks_alloc grows past the limit.
;; memory: 10
;; expect: MEMORY_EXCEEDED
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32)
    (i32.shl (memory.grow (i32.const 1000)) (i32.const 16)))
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
