;; what: A request of 4 MiB of spaces.
;; expect: refusal invalid_argument
(module
  (import "mozaiks_v1" "random" (func $random (param i32 i32) (result i64)))
  (memory (export "memory") 80)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (memory.fill (i32.const 65536) (i32.const 0x20) (i32.const 4194304))
    (return (call $random (i32.const 65536) (i32.const 4194304)))
    unreachable))
