import { seededRandom } from "../../lib/model/random.ts";

/** Rows come every five minutes, from a midnight on. */
export const FIVE_MINUTES = 300_000;
export const ROWS_A_DAY = 288;

export const NAMES = ["cpu_percent", "requests_total"];

/**
 * Days alike, row-major: cpu is 30 to 70 % by the time of day, give or take 2; the counter rises by 900 to 1,100 from
 * row to row. `faulty` rows have a cpu of 95 %.
 */
export function ordinaryDays(days: number, faulty: readonly number[] = []): Float64Array {
  const random = seededRandom(1);
  const share = () => random() / 2 ** 32;
  let requests = 0;
  return Float64Array.from(
    Array.from({ length: days * ROWS_A_DAY }, (_, row) => {
      const usual = 50 - 20 * Math.cos((2 * Math.PI * row) / ROWS_A_DAY) + 4 * share() - 2;
      requests += 900 + Math.round(200 * share());
      return [faulty.includes(row) ? 95 : usual, requests];
    }).flat(),
  );
}
