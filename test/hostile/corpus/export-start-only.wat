;; what: A program: it exports _start, and nothing of a module.
;; expect: BACKEND_NOT_REACTOR BACKEND_EXPORT_MISSING
(module
  (memory (export "memory") 1)
  (func (export "_start")))
