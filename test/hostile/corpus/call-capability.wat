;; what: Calls a capability a hundred times and hands the last answer on.
;; driver: TestCallsInsideCalls
(module
  (import "mozaiks_v1" "capability_call" (func $capability_call (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func (export "mozaiks_alloc") (param i32) (result i32)
    global.get $next
    (global.set $next (i32.add (global.get $next) (local.get 0))))
  (func (export "run") (param i32 i32) (result i64) (local i32 i64)
    (local.set 2 (i32.const 100))
    loop
      (local.set 3 (call $capability_call (local.get 0) (local.get 1)))
      (local.set 2 (i32.sub (local.get 2) (i32.const 1)))
      (br_if 0 (local.get 2))
    end
    local.get 3))
