;; what: _initialize grows until it is refused, and traps.
;; expect: BACKEND_INIT
;; init: MEMORY_EXCEEDED
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0)
  (func $init (export "_initialize")
    loop
      (br_if 0 (i32.ne (memory.grow (i32.const 64)) (i32.const -1)))
    end
    (i32.store (i32.const 0xfffffff0) (i32.const 1))))
