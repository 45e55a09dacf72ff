;; what: Recursion without end through the table.
;; expect: GUEST_STACK
(module
  (memory (export "memory") 1)
  (type $t (func))
  (table 1 1 funcref)
  (elem (i32.const 0) $f)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (call $f)
    i64.const 0)
  (func $f (call_indirect (type $t) (i32.const 0)) nop))
