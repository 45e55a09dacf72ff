;; what: call_indirect of an empty entry.
;; expect: GUEST_NULL_CALL
;; differs: GUEST_TABLE_BOUNDS
;; note: the engine below has one word for an empty entry and for an index outside
(module
  (memory (export "memory") 1)
  (type $t (func))
  (type $u (func (param i64)))
  (table 4 4 funcref)
  (elem (i32.const 0) $f)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (call_indirect (type $t) (i32.const 1))
    i64.const 0)
  (func $f))
