;; what: memory.init past the end of its segment.
;; expect: GUEST_MEMORY_BOUNDS
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (memory.init 0 (i32.const 0) (i32.const 2) (i32.const 3))
    i64.const 0)
  (data "four"))
