;; what: try and catch.
;; flags: --enable-exceptions
;; expect: BACKEND_FEATURE
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (try (do nop) (catch_all nop))
    i64.const 0))
