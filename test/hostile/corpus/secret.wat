;; what: Fills memory, grown memory and globals with a secret (fill); looks for it (scan).
;; driver: TestNoSecretIsSeenByTheNextCall
;; memory: 64
(module
  (memory (export "memory") 4 64)
  (global $a (mut i32) (i32.const 7))
  (global $b (mut i64) (i64.const -8))
  (global $c (mut f32) (f32.const 9))
  (global $d (mut f64) (f64.const nan:0x8000000000001))
  (data (i32.const 4096) "the image")
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func $fill (param i32 i32) (result i64)
    (drop (memory.grow (i32.const 40)))
    (memory.fill (i32.const 0) (i32.const 0x53) (i32.shl (memory.size) (i32.const 16)))
    (global.set $a (i32.const 0x53535353))
    (global.set $b (i64.const 0x5353535353535353))
    (global.set $c (f32.const 0x1.a6a6a6p+39))
    (global.set $d (f64.const 0x1.3535353535353p+310))
    i64.const 0)
  (export "fill" (func $fill))
  ;; fill, and a trap: the instance is not used again, but what its memory lay in may be.
  (func (export "fill_and_trap") (param i32 i32) (result i64)
    (drop (call $fill (i32.const 0) (i32.const 0)))
    unreachable)
  ;; scan traps where it finds anything but zeroes, the data segment and its own input, {} at 1024.
  (func (export "scan") (param i32 i32) (result i64) (local i32)
    (if (i32.ne (global.get $a) (i32.const 7)) (then unreachable))
    (if (i64.ne (global.get $b) (i64.const -8)) (then unreachable))
    (if (f32.ne (global.get $c) (f32.const 9)) (then unreachable))
    (if (i64.ne (i64.reinterpret_f64 (global.get $d)) (i64.const 0x7ff8000000000001)) (then unreachable))
    (if (i32.ne (memory.size) (i32.const 4)) (then unreachable))
    (if (i64.ne (i64.load (i32.const 4096)) (i64.const 0x67616d6920656874)) (then unreachable))
    (if (i32.ne (i32.load16_u (i32.const 1024)) (i32.const 0x7d7b)) (then unreachable))
    (i32.store16 (i32.const 1024) (i32.const 0))
    (memory.fill (i32.const 4096) (i32.const 0) (i32.const 9))
    (if (i32.ne (memory.grow (i32.const 60)) (i32.const 4)) (then unreachable))
    loop
      (if (i64.ne (i64.load (local.get 2)) (i64.const 0)) (then unreachable))
      (local.set 2 (i32.add (local.get 2) (i32.const 8)))
      (br_if 0 (i32.lt_u (local.get 2) (i32.const 0x400000)))
    end
    i64.const 0))
