;; what: Imports operations whose grants the manifest does not give.
;; deny: all
;; expect: BACKEND_IMPORT_DENIED
(module
  (import "mozaiks_v1" "data_write" (func (param i32 i32) (result i64)))
  (import "mozaiks_v1" "http_fetch" (func (param i32 i32) (result i64)))
  (import "mozaiks_v1" "secret_use" (func (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
