;; what: A tag, and a throw.
;; flags: --enable-exceptions
;; expect: BACKEND_FEATURE
(module
  (memory (export "memory") 1)
  (tag $e)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (throw $e)
    i64.const 0))
