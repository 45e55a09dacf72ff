;; what: Allocations of more than there is.
;; abi: extism
;; expect: answer null
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (if (i64.ne (call $alloc (i64.const 0x7fffffffffffffff)) (i64.const 0)) (then unreachable))
    (if (i64.ne (call $alloc (i64.const -1)) (i64.const 0)) (then unreachable))
    (if (i64.ne (call $alloc (i64.const 0x1000001)) (i64.const 0)) (then unreachable))
    (if (i64.ne (call $alloc (i64.const 0)) (i64.const 0)) (then unreachable))
    i32.const 0))
