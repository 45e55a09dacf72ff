;; what: memory.copy of one half of 256 MiB to the other, there and back.
;; memory: 4096
;; units: 200000000
;; d: yes
(module
  (memory (export "memory") 4096 4096)
  (func (export "mozaiks_alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64)
    loop
      (memory.copy (i32.const 0x08000000) (i32.const 0) (i32.const 0x08000000))
      (memory.copy (i32.const 0) (i32.const 0x08000000) (i32.const 0x08000000))
      br 0
    end
    i64.const 0))
