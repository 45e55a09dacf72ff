;; what: An answer that is 10,000 lists deep.
;; expect: OUTPUT_NOT_JSON
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (i64.store (i32.const 4096) (i64.const 0x203a226b6f227b)) ;; {"ok":
    (memory.fill (i32.const 4102) (i32.const 0x5b) (i32.const 10000))
    (memory.fill (i32.const 14102) (i32.const 0x5d) (i32.const 10000))
    (i32.store8 (i32.const 24102) (i32.const 0x7d))
    i64.const 0x0000100000004e27))
