;; what: table.fill of all entries, again and again.
;; d: yes
(module
  (memory (export "memory") 1)
  (table 0 funcref)
  (elem declare func $run)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (table.grow 0 (ref.null func) (i32.const 65536)))
    loop
      (table.fill 0 (i32.const 0) (ref.func $run) (i32.const 65536))
      br 0
    end
    i64.const 0)
  (func $run))
