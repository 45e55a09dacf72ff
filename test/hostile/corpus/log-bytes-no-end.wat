;; what: 100,000 writes of one byte to standard output without a line end.
;; expect: answer null
;; logs: cut
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64) (local i32)
    (i32.store (i32.const 2048) (i32.const 2064))
    (i32.store (i32.const 2052) (i32.const 1))
    (i32.store8 (i32.const 2064) (i32.const 0x61))
    (local.set 2 (i32.const 100000))
    loop
      (drop (call $fd_write (i32.const 1) (i32.const 2048) (i32.const 1) (i32.const 4096)))
      (local.set 2 (i32.sub (local.get 2) (i32.const 1)))
      (br_if 0 (local.get 2))
    end
    i64.const 0))
