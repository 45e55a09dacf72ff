;; what: Answers of 2 MiB, 512 of them; the last is handed on.
;; host: large
;; expect: refusal limit_exceeded
(module
  (import "mozaiks_v1" "context" (func $context (param i32 i32) (result i64)))
  (memory (export "memory") 64)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64) (local i32 i64)
    (local.set 2 (i32.const 512))
    loop
      (local.set 3 (call $context (i32.const 0) (i32.const 0)))
      (local.set 2 (i32.sub (local.get 2) (i32.const 1)))
      (br_if 0 (local.get 2))
    end
    local.get 3))
