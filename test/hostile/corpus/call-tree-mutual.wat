;; what: 2^60 calls of two functions that call each other.
;; d: yes
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (call $even (i32.const 60))
    i64.const 0)
  (func $even (param i32)
    (if (local.get 0) (then
      (call $odd (i32.sub (local.get 0) (i32.const 1)))
      (call $odd (i32.sub (local.get 0) (i32.const 1))))))
  (func $odd (param i32)
    (if (local.get 0) (then
      (call $even (i32.sub (local.get 0) (i32.const 1)))
      (call $even (i32.sub (local.get 0) (i32.const 1)))))))
