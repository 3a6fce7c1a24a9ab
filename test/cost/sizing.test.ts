// By hand from the limits in lib/resources.ts and the figures of `npm run bench:cost` (lib/cost/expected-usage.ts).
import { fleetBill } from "../../lib/cost/fleet-bill.ts";
import { limitsOf, shardsFor, stacksFor } from "../../lib/cost/sizing.ts";

const PACE = { intervalMs: 10_000, flushMs: 60_000 };

test("a shard is full when its scorer is: 2.8 ms for each record, with a quarter more for peaks", () => {
  // 100,000 / 60 s = 1,667 records a second × (1.5 ms + 1.3 ms to unpack the model) × 1.25 = 5.8 vCPU.
  expect(shardsFor({ hosts: 100_000, ...PACE })).toBe(6);
  expect(shardsFor({ hosts: 10, ...PACE })).toBe(1);
});

test("a fleet is split over stacks until the models of each fit into the memory of its scorer", () => {
  // A scorer keeps 3/8 of 1,769 MiB at 44,700 bytes a model: 15,561. 100,000 / 15,561 = 6.4.
  expect(stacksFor({ hosts: 100_000, ...PACE })).toBe(7);
  expect(stacksFor({ hosts: 15_561, ...PACE })).toBe(1);
  expect(stacksFor({ hosts: 15_562, ...PACE })).toBe(2);
});

test("stacks that share the hosts cost as much as each by itself", () => {
  const [both, one] = [fleetBill({ hosts: 20_000, ...PACE, stacks: 2 }), fleetBill({ hosts: 10_000, ...PACE })];
  expect(both.bill.map(({ dollars }) => dollars)).toEqual(one.bill.map(({ dollars }) => 2 * dollars));
  expect(both).toMatchObject({ stacks: 2, shards: one.shards, limits: one.limits });
});

test("what a fleet uses of a stack's limits", () => {
  const limits = limitsOf({ hosts: 12_000, shards: 2, ...PACE });
  const shares = Object.fromEntries(limits.map(({ what, share }) => [what, share]));
  // 200 records a second over two shards of 1,000.
  expect(shares["records of a shard"]).toBeCloseTo(0.1, 9);
  expect(shares["CPU of a shard's scorer"]).toBeCloseTo(0.28, 9);
  // (0.01 s + 12,000 × 60 µs) at 512 of 1,769 MiB, of 60 s.
  expect(shares.sweep).toBeCloseTo((0.73 * 1_769) / 512 / 60, 9);
  // 2,160 samples a day for 30 days at 70 µs; 72 runs of 780 s a day.
  const daily = (12_000 * 2_160 * 30 * 0.00004) / (72 * 780);
  expect(shares["refits of all hosts"]).toBeCloseTo(daily, 9);
  // One refit in seven days takes a seventh.
  const weekly = limitsOf({ hosts: 12_000, shards: 2, refitEveryMs: 7 * 86_400_000, ...PACE });
  expect(weekly.find(({ what }) => what === "refits of all hosts")?.share).toBeCloseTo(daily / 7, 9);
});
