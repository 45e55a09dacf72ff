;; what: table.grow to 100,000,000 entries: refused, and so is one more than 65,536.
;; expect: answer null
;; note: BACKEND_UNFROZEN, since the table changes
(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (if (i32.ne (table.grow 0 (ref.null func) (i32.const 100000000)) (i32.const -1)) (then unreachable))
    (if (i32.ne (table.grow 0 (ref.null func) (i32.const 65536)) (i32.const -1)) (then unreachable))
    (if (i32.ne (table.grow 0 (ref.null func) (i32.const 65535)) (i32.const 1)) (then unreachable))
    (if (i32.ne (table.grow 0 (ref.null func) (i32.const 1)) (i32.const -1)) (then unreachable))
    (if (i32.ne (table.size 0) (i32.const 65536)) (then unreachable))
    i64.const 0))
