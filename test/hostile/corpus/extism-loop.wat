;; what: A loop under the Extism ABI.
;; abi: extism
;; d: yes
(module
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    loop br 0 end
    i32.const 0))
