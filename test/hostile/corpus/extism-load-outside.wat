;; what: A load outside the arena.
;; abi: extism
;; expect: GUEST_MEMORY_BOUNDS
(module
  (import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (drop (call $load_u64 (i64.const 0xffffffffffffffff)))
    i32.const 0))
