;; what: A tail call through the table.
;; flags: --enable-tail-call
;; expect: BACKEND_FEATURE
(module
  (memory (export "memory") 1)
  (type $t (func (result i64)))
  (table 1 funcref)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (return_call_indirect (type $t) (i32.const 0))
    i64.const 0))
