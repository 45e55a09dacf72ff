;; what: Names a elem one beyond its own.
;; flags: --no-check
;; expect: BACKEND_INVALID
(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (elem func 0)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (elem.drop 1)
    i64.const 0))
