;; The two inner loops of the fused detector (fused.ts). Where everything lies is known here and in kernel.ts alone.
;; Six arrays of 768 f64 in the order of the offsets below, then 768 f32 each of u and of the
;; squares of W u, then W. Zeros behind each fill it up to a multiple of eight features.
(module
  (import "Math" "log" (func $log (param f64) (result f64)))
  ;; 19 pages are what W of 768 rows needs behind the arrays. Those never written take no memory.
  (memory (export "memory") 19)

  ;; z = (feature - mean) precision, clipped, times calm; v = (z - level) narrow; u = v - centre. Returns the sum of v², NaN when there is a NaN.
  (func (export "straighten")
    (param $bytes i32) ;; length of an array of f64 with its zeros
    (param $calm f64)
    (result f64)
    (local $j i32)     ;; place of two features in every array
    (local $z v128)    ;; f64x2, as is v
    (local $v v128)
    (local $sum v128)
    (loop $features
      (local.set $z
        (f64x2.mul
          (f64x2.sub (v128.load offset=0 (local.get $j)) (v128.load offset=6144 (local.get $j)))
          (v128.load offset=12288 (local.get $j))))
      (if (v128.any_true (f64x2.gt (f64x2.abs (local.get $z)) (v128.const f64x2 5 5)))
        (then
          (local.set $z
            (f64x2.replace_lane 1
              (f64x2.splat (call $clip (f64x2.extract_lane 0 (local.get $z))))
              (call $clip (f64x2.extract_lane 1 (local.get $z)))))))
      (local.set $v
        (f64x2.mul
          (f64x2.sub (f64x2.mul (local.get $z) (f64x2.splat (local.get $calm))) (v128.load offset=18432 (local.get $j)))
          (v128.load offset=24576 (local.get $j))))
      (local.set $sum (f64x2.add (local.get $sum) (f64x2.mul (local.get $v) (local.get $v))))
      (v128.store64_lane offset=36864 0
        (i32.shr_u (local.get $j) (i32.const 1))
        (f32x4.demote_f64x2_zero (f64x2.sub (local.get $v) (v128.load offset=30720 (local.get $j)))))
      (local.set $j (i32.add (local.get $j) (i32.const 16)))
      (br_if $features (i32.lt_u (local.get $j) (local.get $bytes))))
    (f64.add (f64x2.extract_lane 0 (local.get $sum)) (f64x2.extract_lane 1 (local.get $sum))))

  ;; softClip of fused.ts.
  (func $clip (param $z f64) (result f64)
    (if (f64.gt (f64.abs (local.get $z)) (f64.const 5))
      (then
        (return
          (f64.copysign
            (f64.mul
              (f64.const 5)
              (f64.add
                (f64.const 1)
                (call $log (f64.div (f64.min (f64.abs (local.get $z)) (f64.const 0x1.fffffffffffffp+1023)) (f64.const 5)))))
            (local.get $z)))))
    (local.get $z))

  ;; |W u|² for a lower triangular matrix W and a vector u, eight rows of W at a time: two groups of four share what is loaded of u.
  ;; Elements of W u and their squares are in single precision, whose rounding is less than that of W; the squares' sum is in double.
  (func (export "squaredLength")
    (param $bytes i32)    ;; length of u with its zeros
    (result f64)
    (local $upper i32)    ;; place in W of the upper four rows: interleaved by column, zeros above the diagonal
    (local $lower i32)    ;; place in W of the four rows below: four columns more
    (local $u i32)        ;; place in u: four columns
    (local $end i32)      ;; where u ends for the upper rows: at the diagonal
    (local $u0 v128) (local $u1 v128) (local $u2 v128) (local $u3 v128) ;; f32x4: four times the same column
    (local $above v128)   ;; f32x4: the upper rows' elements of W u, then the squares of all eight
    (local $below v128)   ;; f32x4: the lower rows'
    (local $squares v128) ;; f64x2: what the rows so far add up to
    (local.set $end (i32.const 16))
    (loop $rows
      (local.set $lower (i32.add (local.get $upper) (i32.shl (local.get $end) (i32.const 2))))
      (local.set $u (i32.const 0))
      (local.set $above (v128.const f32x4 0 0 0 0))
      (local.set $below (v128.const f32x4 0 0 0 0))
      (loop $columns
        (local.set $u0 (v128.load32_splat offset=36864 (local.get $u)))
        (local.set $u1 (v128.load32_splat offset=36868 (local.get $u)))
        (local.set $u2 (v128.load32_splat offset=36872 (local.get $u)))
        (local.set $u3 (v128.load32_splat offset=36876 (local.get $u)))
        (local.set $above
          (f32x4.add
            (local.get $above)
            (f32x4.add
              (f32x4.add
                (f32x4.mul (v128.load offset=43008 (local.get $upper)) (local.get $u0))
                (f32x4.mul (v128.load offset=43024 (local.get $upper)) (local.get $u1)))
              (f32x4.add
                (f32x4.mul (v128.load offset=43040 (local.get $upper)) (local.get $u2))
                (f32x4.mul (v128.load offset=43056 (local.get $upper)) (local.get $u3))))))
        (local.set $below
          (f32x4.add
            (local.get $below)
            (f32x4.add
              (f32x4.add
                (f32x4.mul (v128.load offset=43008 (local.get $lower)) (local.get $u0))
                (f32x4.mul (v128.load offset=43024 (local.get $lower)) (local.get $u1)))
              (f32x4.add
                (f32x4.mul (v128.load offset=43040 (local.get $lower)) (local.get $u2))
                (f32x4.mul (v128.load offset=43056 (local.get $lower)) (local.get $u3))))))
        (local.set $upper (i32.add (local.get $upper) (i32.const 64)))
        (local.set $lower (i32.add (local.get $lower) (i32.const 64)))
        (local.set $u (i32.add (local.get $u) (i32.const 16)))
        (br_if $columns (i32.lt_u (local.get $u) (local.get $end))))
      ;; The lower rows' last four columns.
      (local.set $below
        (f32x4.add
          (local.get $below)
          (f32x4.add
            (f32x4.add
              (f32x4.mul (v128.load offset=43008 (local.get $lower)) (v128.load32_splat offset=36864 (local.get $u)))
              (f32x4.mul (v128.load offset=43024 (local.get $lower)) (v128.load32_splat offset=36868 (local.get $u))))
            (f32x4.add
              (f32x4.mul (v128.load offset=43040 (local.get $lower)) (v128.load32_splat offset=36872 (local.get $u)))
              (f32x4.mul (v128.load offset=43056 (local.get $lower)) (v128.load32_splat offset=36876 (local.get $u)))))))
      (local.set $upper (i32.add (local.get $lower) (i32.const 64)))
      (local.set $above (f32x4.mul (local.get $above) (local.get $above)))
      (local.set $below (f32x4.mul (local.get $below) (local.get $below)))
      (v128.store offset=39920 (local.get $end) (local.get $above)) ;; end is 16 beyond these rows' place
      (v128.store offset=39936 (local.get $end) (local.get $below))
      (local.set $above (f32x4.add (local.get $above) (local.get $below)))
      (local.set $squares
        (f64x2.add
          (local.get $squares)
          (f64x2.add
            (f64x2.promote_low_f32x4 (local.get $above))
            (f64x2.promote_low_f32x4
              (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $above) (local.get $above))))))
      (local.set $end (i32.add (local.get $end) (i32.const 32)))
      (br_if $rows (i32.lt_u (local.get $end) (local.get $bytes))))
    (f64.add (f64x2.extract_lane 0 (local.get $squares)) (f64x2.extract_lane 1 (local.get $squares))))

  ;; By how much the two largest squares of W u together exceed 4 times the third each.
  (func (export "excess")
    (param $bytes i32) ;; length of u with its zeros
    (result f64)
    (local $place i32)
    (local $x v128)       ;; f32x4: four squares, then what they push out
    (local $a v128)       ;; f32x4: the largest of each lane
    (local $b v128)       ;; f32x4: the second
    (local $c v128)       ;; f32x4: the third
    (local $first f32)
    (local $second f32)
    (local $third f32)
    (local $square f32)
    (loop $lanes
      (local.set $x (v128.load offset=39936 (local.get $place)))
      (local.set $c (f32x4.pmax (local.get $c) (f32x4.pmin (local.get $b) (f32x4.pmin (local.get $a) (local.get $x)))))
      (local.set $b (f32x4.pmax (local.get $b) (f32x4.pmin (local.get $a) (local.get $x))))
      (local.set $a (f32x4.pmax (local.get $a) (local.get $x)))
      (local.set $place (i32.add (local.get $place) (i32.const 16)))
      (br_if $lanes (i32.lt_u (local.get $place) (local.get $bytes))))
    ;; The three largest of all are among these twelve, which take the place of the squares.
    (local.set $place (i32.const 0))
    (v128.store offset=39936 (local.get $place) (local.get $a))
    (v128.store offset=39952 (local.get $place) (local.get $b))
    (v128.store offset=39968 (local.get $place) (local.get $c))
    (loop $squares
      (local.set $square (f32.load offset=39936 (local.get $place)))
      (if (f32.gt (local.get $square) (local.get $third))
        (then
          (local.set $third (f32.min (local.get $square) (local.get $second)))
          (local.set $second (f32.max (local.get $second) (f32.min (local.get $square) (local.get $first))))
          (local.set $first (f32.max (local.get $square) (local.get $first)))))
      (local.set $place (i32.add (local.get $place) (i32.const 4)))
      (br_if $squares (i32.lt_u (local.get $place) (i32.const 48))))
    (local.set $third (f32.mul (f32.const 4) (local.get $third)))
    (f64.add
      (f64.promote_f32 (f32.max (f32.const 0) (f32.sub (local.get $first) (local.get $third))))
      (f64.promote_f32 (f32.max (f32.const 0) (f32.sub (local.get $second) (local.get $third)))))))
