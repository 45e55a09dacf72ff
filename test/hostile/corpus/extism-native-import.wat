;; what: Imports of the native ABI under the manifest of Extism.
;; abi: extism
;; expect: BACKEND_ABI_MISMATCH
(module
  (import "mozaiks_v1" "context" (func (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) i32.const 0))
