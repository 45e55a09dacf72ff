;; what: Asks the kernel for ever.
;; abi: extism
;; d: yes
(module
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    loop
      (drop (call $length (i64.const 1)))
      br 0
    end
    i32.const 0))
