;; what: memory.fill of 256 MiB, again and again.
;; memory: 4096
;; units: 200000000
;; d: yes
(module
  (memory (export "memory") 4096 4096)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    loop
      (memory.fill (i32.const 0) (local.get 0) (i32.const 0x10000000))
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      br 0
    end
    i64.const 0))
