;; what: A load outside the input.
;; abi: extism
;; expect: GUEST_MEMORY_BOUNDS
(module
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i64 i64 i64)
    (drop (call $input_load_u8 (call $input_length)))
    i32.const 0))
