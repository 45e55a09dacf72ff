;; what: One write of 8,000 vectors that all name the same 4 MiB: 32 GiB.
;; expect: answer null
;; logs: cut
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 80)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64) (local i32)
    loop
      (i32.store offset=65536 (local.get 2) (i32.const 262144))
      (i32.store offset=65540 (local.get 2) (i32.const 0x400000))
      (local.set 2 (i32.add (local.get 2) (i32.const 8)))
      (br_if 0 (i32.lt_u (local.get 2) (i32.const 64000)))
    end
    (if (i32.ne (call $fd_write (i32.const 1) (i32.const 65536) (i32.const 8000) (i32.const 4096)) (i32.const 51)) (then unreachable))
    i64.const 0))
