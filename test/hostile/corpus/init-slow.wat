;; what: Initialises for long, and cannot be frozen: each call waits for it.
;; driver: TestCallersThatLeave
(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0)
  (func (export "_initialize") (local i32)
    (table.set 0 (i32.const 0) (ref.null func))
    (local.set 0 (i32.const 300000000))
    loop
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if 0 (local.get 0))
    end))
