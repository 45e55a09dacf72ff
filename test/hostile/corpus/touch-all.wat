;; what: Writes to all of the largest memory that a module may have by itself.
;; driver: TestManyModulesThatDeclareTheLargestMemory
(module
  (memory (export "memory") 1024)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x4000000))
    i64.const 0))
