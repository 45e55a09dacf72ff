;; what: A store at the null handle.
;; abi: extism
;; expect: GUEST_MEMORY_BOUNDS
(module
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (call $store_u8 (i64.const 0) (i32.const 1))
    i32.const 0))
