;; what: mozaiks_alloc grows the memory on each call, gives the new page, and writes over all that it gave before.
;; host: echo
;; expect: answer {}
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32)
    (local $new i32)
    (local.set $new (i32.shl (memory.grow (i32.const 1)) (i32.const 16)))
    (memory.fill (i32.const 1024) (i32.const 0xff) (i32.sub (local.get $new) (i32.const 1024)))
    local.get $new)
  (func (export "run") (param i32 i32) (result i64)
    ;; The input is a block that was given; it is the request, and is gone when the answer is written.
    (return (call $context (local.get 0) (local.get 1)))
    unreachable))
