;; what: A store to each page of 4 KiB of 256 MiB, in fresh memory: each costs a page fault.
;; memory: 4096
;; units: 10000000
;; d: yes
(module
  (memory (export "memory") 4096 4096)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    loop
      (i32.store (local.get 0) (i32.const 1))
      (local.set 0 (i32.and (i32.add (local.get 0) (i32.const 4096)) (i32.const 0x0fffffff)))
      br 0
    end
    i64.const 0))
