;; what: reset, and the old handle as output.
;; abi: extism
;; expect: GUEST_MEMORY_BOUNDS
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "reset" (func $reset))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (local.set 0 (call $alloc (i64.const 8)))
    (call $store_u64 (local.get 0) (i64.const 0x3837363534333231))
    (call $reset)
    (call $output_set (local.get 0) (i64.const 8))
    i32.const 0))
