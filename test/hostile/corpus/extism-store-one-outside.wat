;; what: A store that ends outside the arena in use.
;; abi: extism
;; expect: GUEST_MEMORY_BOUNDS
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (local.set 0 (call $alloc (i64.const 16)))
    (call $store_u64 (i64.add (local.get 0) (i64.const 0x1000001)) (i64.const 1))
    i32.const 0))
