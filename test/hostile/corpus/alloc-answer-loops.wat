;; what: mozaiks_alloc never ends for the answer of an operation.
;; host: echo
;; d: yes
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (global $n (mut i32) (i32.const 0))
  (func (export "mozaiks_alloc") (param i32) (result i32)
    (global.set $n (i32.add (global.get $n) (i32.const 1)))
    (if (i32.eq (global.get $n) (i32.const 2)) (then loop br 0 end))
    i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (return (call $context (i32.const 0) (i32.const 0)))
    unreachable))
