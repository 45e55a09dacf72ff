;; what: A handler that is an import under another name.
;; expect: BACKEND_EXPORT_SIGNATURE
;; handlers: run
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (export "run" (func $context)))
