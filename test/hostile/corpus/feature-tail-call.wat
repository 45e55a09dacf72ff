;; what: A tail call.
;; flags: --enable-tail-call
;; expect: BACKEND_FEATURE
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (return_call $f)
    i64.const 0)
  (func $f (result i64) i64.const 0))
