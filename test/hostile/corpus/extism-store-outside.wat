;; what: A store outside the arena.
;; abi: extism
;; expect: GUEST_MEMORY_BOUNDS
(module
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (call $store_u64 (i64.const 0x10000000) (i64.const 1))
    i32.const 0))
