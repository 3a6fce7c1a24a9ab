/**
 * 200 rows of three features, two of them correlated:
 * i = np.arange(200); X = np.c_[10 + 3 * np.sin(i), 5 + np.cos(.7 * i) + .5 * np.sin(i), 1000 + 100 * np.sin(1.3 * i + 1)]
 */
export const WAVES = Float64Array.from({ length: 600 }, (_, k) => {
  const i = Math.floor(k / 3);
  if (k % 3 === 0) return 10 + 3 * Math.sin(i);
  if (k % 3 === 1) return 5 + Math.cos(0.7 * i) + 0.5 * Math.sin(i);
  return 1000 + 100 * Math.sin(1.3 * i + 1);
});
