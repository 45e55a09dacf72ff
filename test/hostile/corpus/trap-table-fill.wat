;; what: table.fill past the end.
;; expect: GUEST_TABLE_BOUNDS
(module
  (memory (export "memory") 1)
  (type $t (func))
  (type $u (func (param i64)))
  (table 4 4 funcref)
  (elem (i32.const 0) $f)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (table.fill 0 (i32.const 3) (ref.null func) (i32.const 2))
    i64.const 0)
  (func $f))
