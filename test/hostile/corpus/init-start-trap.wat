;; what: The start function traps.
;; expect: BACKEND_INIT
;; init: GUEST_UNREACHABLE
(module
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    nop
    i64.const 0)
  (func $init
    unreachable)
  (start $init))
