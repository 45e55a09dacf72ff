;; what: 1,000,000 allocations that are freed at once: never null.
;; abi: extism
;; expect: answer null
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "free" (func $free (param i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (local.set 0 (i64.const 1000000))
    loop
      (local.set 1 (call $alloc (i64.and (local.get 0) (i64.const 0x3ff))))
      (if (i64.eqz (local.get 1)) (then (if (i64.ne (i64.and (local.get 0) (i64.const 0x3ff)) (i64.const 0)) (then unreachable))))
      (call $free (local.get 1))
      (local.set 0 (i64.sub (local.get 0) (i64.const 1)))
      (br_if 0 (i64.ne (local.get 0) (i64.const 0)))
    end
    i32.const 0))
