;; what: Uses the handle of a freed block: it has no length, and freeing it again does nothing.
;; abi: extism
;; expect: answer null
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (local.set 0 (call $alloc (i64.const 32)))
    (call $free (local.get 0))
    (if (i64.ne (call $length (local.get 0)) (i64.const 0)) (then unreachable))
    (call $free (local.get 0))
    (call $free (i64.const 12345))
    (local.set 1 (call $alloc (i64.const 32)))
    (local.set 2 (call $alloc (i64.const 32)))
    (if (i64.eq (local.get 1) (local.get 2)) (then unreachable))
    (call $store_u64 (local.get 1) (i64.const -1))
    (call $free (local.get 1))
    (local.set 1 (call $alloc (i64.const 32)))
    (if (i64.ne (call $load_u64 (local.get 1)) (i64.const 0)) (then unreachable))
    i32.const 0))
