;; what: Fast code for long, then slow code: what was measured of the first says nothing of the second.
;; memory: 4096
;; units: 30000000
;; d: yes
(module
  (memory (export "memory") 4096 4096)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64) (local i32)
    loop $both
      (local.set 2 (i32.const 300000))
      loop $fast
        (local.set 2 (i32.sub (local.get 2) (i32.const 1)))
        (br_if $fast (local.get 2))
      end
      (local.set 2 (i32.const 8192))
      loop $slow
        (i32.store (local.get 0) (local.get 2))
        (local.set 0 (i32.and (i32.add (local.get 0) (i32.const 0x00fff040)) (i32.const 0x0fffffff)))
        (local.set 2 (i32.sub (local.get 2) (i32.const 1)))
        (br_if $slow (local.get 2))
      end
      br $both
    end
    i64.const 0))
