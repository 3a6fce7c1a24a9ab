import { retryOnConflict, retryQuietly } from "../lib/retry.ts";

/** Loses that many races, then returns what it has counted. */
const losing = (races: number) => {
  let attempts = 0;
  return { attempt: async () => (++attempts > races ? { attempts } : undefined), count: () => attempts };
};

test("an attempt that wins is the last one", async () => {
  expect(await retryOnConflict("the state of web-07", losing(0).attempt)).toEqual({ attempts: 1 });
  expect(await retryOnConflict("the state of web-07", losing(4).attempt)).toEqual({ attempts: 5 });
});

test("false is a result, not a lost race", async () => {
  let attempts = 0;
  expect(await retryQuietly(3, async () => ++attempts > 1)).toBe(false);
  expect(attempts).toBe(1);
});

test("after five lost races the error says what was fought for, and that trying again is safe", async () => {
  const fight = losing(5);
  await expect(retryOnConflict("the state of web-07", fight.attempt)).rejects.toThrow(
    "lost 5 races for the state of web-07: it is safe to try again",
  );
  expect(fight.count()).toBe(5);
});

test("the caller may allow another number of attempts, or go without the error", async () => {
  const [fight, quiet] = [losing(20), losing(20)];
  await expect(retryOnConflict("the desk of web", fight.attempt, 10)).rejects.toThrow("lost 10 races for the desk");
  expect(fight.count()).toBe(10);
  expect(await retryQuietly(3, quiet.attempt)).toBeUndefined();
  expect(quiet.count()).toBe(3);
});

test("an error ends it at once", async () => {
  let attempts = 0;
  const attempt = async () => {
    attempts++;
    throw new Error("no such host");
  };
  await expect(retryOnConflict("the state of web-07", attempt)).rejects.toThrow("no such host");
  expect(attempts).toBe(1);
});
