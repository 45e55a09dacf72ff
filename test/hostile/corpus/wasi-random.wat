;; what: Draws random bytes without end: refused after 1 MiB.
;; expect: answer null
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    loop
      (br_if 0 (i32.eqz (call $random_get (i32.const 65536) (i32.const 65536))))
    end
    (if (i32.ne (call $random_get (i32.const 65536) (i32.const 65536)) (i32.const 28)) (then unreachable))
    i64.const 0))
