;; what: Imports from the module of the engine by another name.
;; expect: BACKEND_RESERVED
(module
  (import "mozaiks_engine" "fuel" (func (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0))
