;; what: A store at the last address of all.
;; expect: GUEST_MEMORY_BOUNDS
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (i32.store8 (i32.const 0xffffffff) (i32.const 1))
    i64.const 0))
