;; what: A request inside the block that mozaiks_alloc then gives for the answer.
;; host: echo
;; expect: answer {"n":123}
;; note: the input, {}, is written to 1024 before
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (return (call $context (i32.const 1026) (i32.const 9)))
    unreachable)
  (data (i32.const 1026) "{\"n\":123}"))
