;; what: A request of 4 MB that is nothing but keys.
;; expect: refusal invalid_argument
(module
  (import "mozaiks_v1" "random" (func $random (param i32 i32) (result i64)))
  (memory (export "memory") 80)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64) (local i32 i32 i32 i32)
    ;; {"00000000":0,"00000001":0, ... }: 13 bytes each.
    (local.set 2 (i32.const 65536))
    (i32.store8 (i32.const 65535) (i32.const 0x7b))
    loop $entry
      (i32.store8 (local.get 2) (i32.const 0x22))
      (local.set 4 (local.get 3))
      (local.set 5 (i32.const 8))
      loop $digit
        (i32.store8 (i32.add (local.get 2) (local.get 5)) (i32.add (i32.const 0x30) (i32.rem_u (local.get 4) (i32.const 10))))
        (local.set 4 (i32.div_u (local.get 4) (i32.const 10)))
        (local.set 5 (i32.sub (local.get 5) (i32.const 1)))
        (br_if $digit (local.get 5))
      end
      (i32.store offset=9 align=1 (local.get 2) (i32.const 0x2c303a22)) ;; ":0,
      (local.set 2 (i32.add (local.get 2) (i32.const 13)))
      (local.set 3 (i32.add (local.get 3) (i32.const 1)))
      (br_if $entry (i32.lt_u (local.get 3) (i32.const 300000)))
    end
    (i32.store8 (i32.sub (local.get 2) (i32.const 1)) (i32.const 0x7d))
    (return (call $random (i32.const 65535) (i32.sub (local.get 2) (i32.const 65535))))
    unreachable))
