;; what: A request of 4 MiB that opens objects.
;; expect: refusal invalid_argument
(module
  (import "mozaiks_v1" "random" (func $random (param i32 i32) (result i64)))
  (memory (export "memory") 80)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64) (local i32)
    (local.set 2 (i32.const 65536))
    loop
      (i32.store align=1 (local.get 2) (i32.const 0x2261227b)) ;; {"a"
      (i32.store8 offset=4 (local.get 2) (i32.const 0x3a)) ;; :
      (local.set 2 (i32.add (local.get 2) (i32.const 5)))
      (br_if 0 (i32.lt_u (local.get 2) (i32.const 4259840)))
    end
    (return (call $random (i32.const 65536) (i32.const 4194300)))
    unreachable))
