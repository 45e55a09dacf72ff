;; what: A line of 8 MiB to standard output: cut into lines, then refused with errno 51.
;; expect: answer null
;; logs: cut
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 140)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    (memory.fill (i32.const 65536) (i32.const 0x61) (i32.const 0x800000))
    (i32.store (i32.const 2048) (i32.const 65536))
    (i32.store (i32.const 2052) (i32.const 0x800000))
    (if (i32.ne (call $fd_write (i32.const 1) (i32.const 2048) (i32.const 1) (i32.const 4096)) (i32.const 51)) (then unreachable))
    i64.const 0))
