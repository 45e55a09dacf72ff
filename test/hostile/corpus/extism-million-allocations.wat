;; what: 1,000,000 allocations that are never freed: null once the arena is full, and no trap.
;; abi: extism
;; expect: answer null
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (local.set 0 (i64.const 1000000))
    loop
      (local.set 1 (call $alloc (i64.const 64)))
      (local.set 0 (i64.sub (local.get 0) (i64.const 1)))
      (br_if 0 (i64.ne (local.get 0) (i64.const 0)))
    end
    (if (i64.ne (local.get 1) (i64.const 0)) (then unreachable))
    i32.const 0))
