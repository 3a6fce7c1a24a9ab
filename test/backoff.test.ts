import { backoffMs } from "../lib/backoff.ts";

test.each([
  [1, 200],
  [2, 400],
  [8, 25_600],
  [9, 30_000],
  [5_000, 30_000],
])("after failure %i the wait is between 0 and %i ms", (failures, cap) => {
  const bounds = { baseMs: 200, capMs: 30_000 };
  expect(backoffMs(failures, () => 0, bounds)).toBe(0);
  expect(backoffMs(failures, () => 0.5, bounds)).toBe(cap / 2);
});
