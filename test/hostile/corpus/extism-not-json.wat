;; what: An output that is no JSON.
;; abi: extism
;; expect: OUTPUT_NOT_JSON
(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (local.set 0 (call $alloc (i64.const 8)))
    (call $output_set (local.get 0) (i64.const 8))
    i32.const 0))
