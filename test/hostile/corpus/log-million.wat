;; what: 1,000,000 log lines; the last answer is handed on.
;; units: 10000000000
;; fuel: ample
;; expect: refusal limit_exceeded
;; logs: cut
(module
  (import "mozaiks_v1" "log" (func $log (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64) (local i32 i64)
    (local.set 2 (i32.const 1000000))
    loop
      (local.set 3 (call $log (i32.const 2048) (i32.const 29)))
      (local.set 2 (i32.sub (local.get 2) (i32.const 1)))
      (br_if 0 (local.get 2))
    end
    local.get 3)
  (data (i32.const 2048) "{\"level\":\"info\",\"message\":\"\"}"))
