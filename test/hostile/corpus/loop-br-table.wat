;; what: A loop that goes on by br_table.
;; d: yes
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    loop
      i32.const 7
      br_table 0 0 0 0
    end
    unreachable))
