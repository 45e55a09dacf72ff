;; what: Imports of Extism under the native ABI.
;; expect: BACKEND_ABI_MISMATCH
(module
  (import "extism:host/env" "alloc" (func (param i64) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
