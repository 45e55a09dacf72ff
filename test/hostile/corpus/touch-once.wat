;; what: Writes to 32 MiB, which must be put back.
;; driver: TestCallersThatLeave
(module
  (memory (export "memory") 512)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x2000000))
    i64.const 0))
