;; what: An atomic instruction.
;; flags: --enable-threads --no-check
;; expect: BACKEND_FEATURE
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    i64.const 0))
