;; what: Chases pointers over 128 MiB, in an order that no cache can foresee.
;; memory: 2048
;; units: 80000000
;; d: yes
(module
  (memory (export "memory") 2048 2048)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    ;; Entry i of 2^21, each in a cache line of its own, names the entry 1664525 i + 1013904223: one cycle through all.
    loop $fill
      (i32.store (i32.shl (local.get 0) (i32.const 6))
        (i32.shl (i32.and (i32.add (i32.mul (local.get 0) (i32.const 1664525)) (i32.const 1013904223)) (i32.const 0x1fffff))
          (i32.const 6)))
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br_if $fill (i32.lt_u (local.get 0) (i32.const 0x200000)))
    end
    loop $chase
      (local.set 1 (i32.load (local.get 1)))
      br $chase
    end
    i64.const 0))
