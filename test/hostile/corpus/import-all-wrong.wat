;; what: Imports that are wrong in each way at once: each is told.
;; deny: all
;; expect: BACKEND_IMPORT_UNKNOWN BACKEND_IMPORT_DENIED BACKEND_IMPORT_SIGNATURE BACKEND_RESERVED BACKEND_ABI_MISMATCH BACKEND_TABLE
(module
  (import "kernel" "exec" (func))
  (import "mozaiks_v1" "data_write" (func (param i32 i32) (result i64)))
  (import "mozaiks_v1" "context" (func))
  (import "mozaiks_engine" "stack" (func (param i64) (result i64)))
  (import "extism:host/env" "alloc" (func (param i64) (result i64)))
  (import "env" "table" (table 1 funcref))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
