;; what: Variables of more than 1 MiB.
;; abi: extism
;; expect: EXTISM_HOST_ERROR
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (local.set 0 (i64.const 3))
    loop
      (local.set 1 (call $alloc (i64.const 8)))
      (call $store_u64 (local.get 1) (local.get 0))
      (call $var_set (local.get 1) (call $alloc (i64.const 400000)))
      (local.set 0 (i64.sub (local.get 0) (i64.const 1)))
      (br_if 0 (i64.ne (local.get 0) (i64.const 0)))
    end
    i32.const 0))
