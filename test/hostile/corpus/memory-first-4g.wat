;; what: A first memory of 4 GiB.
;; expect: BACKEND_MEMORY
(module
  (memory (export "memory") 65536)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
