;; The largest magnitude of F32 values and how many of them are zero, four at a time: several times faster than JavaScript.
;; Floats without their sign are ordered as their bits are, so they are compared as integers.
(module
  (memory (export "memory") 1)
  ;; The results lie before the values, in four lanes each: the largest magnitudes at 0, the numbers of zeros at 16.
  (global $start (export "start") i32 (i32.const 32))

  ;; $end: the byte behind the values, a multiple of 16, and more than $start.
  (func (export "scan") (param $end i32)
    (local $at i32)
    (local $magnitude v128)
    (local $max v128)
    (local $zeros v128)
    (local.set $at (global.get $start))
    (loop $next
      (local.set $magnitude
        (v128.and (v128.load (local.get $at)) (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff)))
      (local.set $max (i32x4.max_s (local.get $magnitude) (local.get $max)))
      ;; true is -1 in every lane
      (local.set $zeros
        (i32x4.sub (local.get $zeros) (i32x4.eq (local.get $magnitude) (v128.const i32x4 0 0 0 0))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (v128.store (i32.const 0) (local.get $max))
    (v128.store (i32.const 16) (local.get $zeros))))
