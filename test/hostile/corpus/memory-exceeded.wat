;; what: A trap after memory was refused.
;; memory: 100
;; expect: MEMORY_EXCEEDED
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (memory.grow (i32.const 1000)))
    unreachable))
