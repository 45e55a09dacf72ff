;; what: A load that ends one byte outside.
;; expect: GUEST_MEMORY_BOUNDS
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (i32.load (i32.const 0xfffd)))
    i64.const 0))
