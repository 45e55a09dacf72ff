;; what: A load whose address and offset are more than 4 GiB together.
;; expect: GUEST_MEMORY_BOUNDS
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (i64.load offset=0xffffffff (i32.const 0xffffffff)))
    i64.const 0))
