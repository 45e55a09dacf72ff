;; what: An answer of 3 MiB.
;; expect: OUTPUT_TOO_LARGE
(module
  (memory (export "memory") 64)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    i64.const 0x0000000800300000))
