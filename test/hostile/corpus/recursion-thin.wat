;; what: Recursion without end in thin frames.
;; expect: GUEST_STACK
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (drop (call $f (i32.const 0)))
    i64.const 0)
  (func $f (param i32) (result i32) (i32.add (call $f (local.get 0)) (i32.const 1))))
