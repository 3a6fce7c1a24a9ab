import fc from "fast-check";
import { hold, type Quota, take } from "../../lib/alert/allowance.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { START } from "../factories.ts";

const QUOTA: Quota = { name: "messages", most: 3, windowMs: 60_000 };

function allowances() {
  let now = START;
  const { alerting } = createMemoryStores(() => now);
  return {
    alerting,
    takeAt(seconds: number, fullUntil = new Map<string, number>()) {
      now = START + seconds * 1_000;
      return take(alerting, QUOTA, fullUntil, () => now);
    },
  };
}

test("an allowance sends its quota within a minute, and the next when the first is a minute old", async () => {
  const { takeAt } = allowances();
  const taken: boolean[] = [];
  for (const seconds of [0, 10, 20, 30, 59.999, 60, 61, 70]) taken.push(await takeAt(seconds));
  expect(taken).toEqual([true, true, true, false, false, true, false, true]);
});

test("no window of a minute holds more than the quota, whenever and in whatever order processes ask", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 4, maxLength: 30 }), async (asked) => {
      const { takeAt } = allowances();
      const times: number[] = [];
      for (const seconds of asked) if (await takeAt(seconds)) times.push(seconds);
      times.sort((a, b) => a - b);
      for (const [i, time] of times.entries())
        expect((times[i + 3] ?? Number.POSITIVE_INFINITY) - time).toBeGreaterThanOrEqual(60);
    }),
  ));

test("a clock that was a day ahead for a moment does not use up the quota of that day", async () => {
  const { takeAt } = allowances();
  const fullUntil = new Map<string, number>();
  const taken: boolean[] = [];
  for (const seconds of [0, 1, 2, 3]) taken.push(await takeAt(86_400 + seconds, fullUntil));
  for (const seconds of [10, 20, 30, 40]) taken.push(await takeAt(seconds, fullUntil));
  expect(taken).toEqual([true, true, true, false, true, true, true, false]);
});

test("many processes that ask at once share the places of the quota", async () => {
  const { takeAt } = allowances();
  const taken = await Promise.all(Array.from({ length: 20 }, () => takeAt(0)));
  const went = taken.filter(Boolean).length;
  expect(went).toBeGreaterThan(0);
  expect(went).toBeLessThanOrEqual(3);
});

test("a process that knows the quota is used up does not ask the store", async () => {
  const { alerting, takeAt } = allowances();
  const fullUntil = new Map<string, number>();
  for (const seconds of [0, 1, 2, 3]) await takeAt(seconds, fullUntil);
  let asked = 0;
  const counting = {
    ...alerting,
    allowance(name: string) {
      asked++;
      return alerting.allowance(name);
    },
  };
  expect(await take(counting, QUOTA, fullUntil, () => START + 59_000)).toBe(false);
  expect(asked).toBe(0);
  expect(await take(counting, QUOTA, fullUntil, () => START + 60_000)).toBe(true);
});

test("a process that loses three races for a place gives up", async () => {
  const { alerting } = allowances();
  let saves = 0;
  const saveAllowance = async () => {
    saves++;
    return undefined;
  };
  expect(await take({ ...alerting, saveAllowance }, QUOTA, new Map(), () => START)).toBe(false);
  expect(saves).toBe(3);
});

test("a quota of 0 lets no message go", async () => {
  const { alerting } = allowances();
  expect(await take(alerting, { ...QUOTA, most: 0 }, new Map(), () => START)).toBe(false);
});

test("the allowance counts the held messages beside the places, and the counts never fall below 0", async () => {
  const { alerting, takeAt } = allowances();
  await takeAt(0);
  await hold(alerting, QUOTA, { critical: 2, warning: 0 });
  await hold(alerting, QUOTA, { critical: 1, warning: 3 });
  expect(await alerting.allowance("messages")).toMatchObject({ times: [START], held: { critical: 3, warning: 3 } });
  await hold(alerting, QUOTA, { critical: -3, warning: -4 });
  expect(await alerting.allowance("messages")).toMatchObject({ times: [START], held: { critical: 0, warning: 0 } });
});
