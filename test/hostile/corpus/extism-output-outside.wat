;; what: Marks a range as its output that is in no block.
;; abi: extism
;; expect: GUEST_MEMORY_BOUNDS
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (local.set 0 (call $alloc (i64.const 64)))
    (call $free (local.get 0))
    (call $output_set (local.get 0) (i64.const 0x7fffffffffffffff))
    i32.const 0))
