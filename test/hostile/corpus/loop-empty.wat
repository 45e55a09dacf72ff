;; what: A loop with an empty body.
;; d: yes
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    loop br 0 end
    i64.const 0))
