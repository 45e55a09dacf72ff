;; what: memory.init of a segment that was dropped.
;; expect: GUEST_MEMORY_BOUNDS
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (data.drop 0)
    (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 1))
    i64.const 0)
  (data "four"))
