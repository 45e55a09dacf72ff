;; what: memory.copy of 4 GiB.
;; expect: GUEST_MEMORY_BOUNDS
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (memory.copy (i32.const 1) (i32.const 0) (i32.const 0xffffffff))
    i64.const 0))
