;; what: An answer one level deeper than allowed.
;; expect: OUTPUT_NOT_JSON
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0x0000100000000047)
  (data (i32.const 4096) "{\"ok\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"))
