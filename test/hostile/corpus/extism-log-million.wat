;; what: 1,000,000 log lines by the kernel.
;; abi: extism
;; expect: answer null
;; logs: cut
;; fuel: ample
;; units: 10000000000
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "log_info" (func $log_info (param i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (local.set 0 (i64.const 1000000))
    loop
      (local.set 1 (call $alloc (i64.const 1)))
      (call $store_u8 (local.get 1) (i32.const 27))
      (call $log_info (local.get 1))
      (local.set 0 (i64.sub (local.get 0) (i64.const 1)))
      (br_if 0 (i64.ne (local.get 0) (i64.const 0)))
    end
    i32.const 0))
