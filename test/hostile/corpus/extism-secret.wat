;; what: Fills the arena and variables with a secret (fill); looks for it (scan).
;; abi: extism
;; driver: TestNoSecretIsSeenByTheNextCall
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
  (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
  (import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
  (memory (export "memory") 1)
  (func $name (result i64) (local i64)
    (local.set 0 (call $alloc (i64.const 8)))
    (call $store_u64 (local.get 0) (i64.const 0x656d616e))
    local.get 0)
  (func $fill (result i32) (local i64 i64 i64)
    (local.set 0 (call $alloc (i64.const 4000000)))
    loop
      (call $store_u64 (i64.add (local.get 0) (local.get 1)) (i64.const 0x5353535353535353))
      (local.set 1 (i64.add (local.get 1) (i64.const 8)))
      (br_if 0 (i64.lt_u (local.get 1) (i64.const 4000000)))
    end
    (local.set 1 (call $alloc (i64.const 64)))
    (call $store_u64 (local.get 1) (i64.const 0x5353535353535353))
    (call $var_set (call $name) (local.get 1))
    i32.const 0)
  (export "fill" (func $fill))
  (func (export "fill_and_trap") (result i32)
    (drop (call $fill))
    unreachable)
  (func (export "scan") (result i32) (local i64 i64)
    (if (i64.ne (call $var_get (call $name)) (i64.const 0)) (then unreachable))
    (local.set 0 (call $alloc (i64.const 6000000)))
    loop
      (if (i64.ne (call $load_u64 (i64.add (local.get 0) (local.get 1))) (i64.const 0)) (then unreachable))
      (local.set 1 (i64.add (local.get 1) (i64.const 8)))
      (br_if 0 (i64.lt_u (local.get 1) (i64.const 6000000)))
    end
    i32.const 0))
