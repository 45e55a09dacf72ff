;; what: Recursion without end through three functions, one of them by the table.
;; expect: GUEST_STACK
(module
  (memory (export "memory") 1)
  (type $t (func))
  (table 1 1 funcref)
  (elem (i32.const 0) $c)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (call $a)
    i64.const 0)
  (func $a (call $b) nop)
  (func $b (call_indirect (type $t) (i32.const 0)) nop)
  (func $c (call $a) nop))
