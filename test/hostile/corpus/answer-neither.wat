;; what: An answer with neither ok nor error.
;; expect: OUTPUT_SHAPE
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    i64.const 0x0000100000000002)
  (data (i32.const 4096) "{}"))
