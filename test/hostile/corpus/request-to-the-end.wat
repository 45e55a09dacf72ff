;; what: A request that ends with the memory is asked.
;; host: echo
;; expect: answer {"abcdef":12345}
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (return (call $context (i32.const 0xfff0) (i32.const 0x10)))
    unreachable)
  (data (i32.const 0xfff0) "{\"abcdef\":12345}"))
