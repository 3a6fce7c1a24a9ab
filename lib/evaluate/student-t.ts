/** The 0.975 quantiles for 1 to 10 degrees of freedom (NIST/SEMATECH, Engineering Statistics Handbook, 1.3.6.7.2). */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228] as const;
/** That of the normal distribution. */
const NORMAL = 1.959964;

/**
 * The 0.975 quantile of Student's t. Beyond 10 degrees of freedom: the first terms of its expansion around the normal
 * quantile (Abramowitz and Stegun, 26.7.5), right to three decimals there.
 */
export function studentT(degrees: number): number {
  const known = STUDENT[degrees - 1];
  if (known !== undefined) return known;
  if (degrees < 1) return Number.POSITIVE_INFINITY;
  const z = NORMAL;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}
