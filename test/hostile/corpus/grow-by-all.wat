;; what: memory.grow by 65,536 pages for ever. Always refused.
;; memory: 300
;; units: 20000000
;; d: yes
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    loop
      (if (i32.ne (memory.grow (i32.const 65536)) (i32.const -1)) (then unreachable))
      (if (i32.ne (memory.size) (i32.const 1)) (then unreachable))
      br 0
    end
    i64.const 0))
