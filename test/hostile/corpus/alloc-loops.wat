;; what: mozaiks_alloc never answers.
;; d: yes
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) loop br 0 end unreachable)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
