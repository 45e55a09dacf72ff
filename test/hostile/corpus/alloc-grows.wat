;; what: mozaiks_alloc grows the memory on each call and gives the new page.
;; host: echo
;; expect: answer {"n":123}
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32)
    (i32.shl (memory.grow (i32.const 1)) (i32.const 16)))
  (func (export "run") (param i32 i32) (result i64)
    (drop (call $context (i32.const 2048) (i32.const 9)))
    (return (call $context (i32.const 2048) (i32.const 9)))
    unreachable)
  (data (i32.const 2048) "{\"n\":123}"))
