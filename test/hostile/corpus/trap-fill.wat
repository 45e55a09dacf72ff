;; what: memory.fill past the end. Nothing is written.
;; expect: GUEST_MEMORY_BOUNDS
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (memory.fill (i32.const 0xff00) (i32.const 1) (i32.const 0x101))
    i64.const 0))
