// Counted by hand from the prices in lib/cost/prices.ts and the limits and sizes that the comments give.
import { billOf, totalOf } from "../../lib/cost/bill.ts";
import { expectedUsage } from "../../lib/cost/expected-usage.ts";

const dollarsOf = (bill: ReturnType<typeof billOf>) =>
  Object.fromEntries(bill.map(({ what, dollars }) => [what, dollars]));

test("a bill prices each quantity, and the stream by its shards", () => {
  const bill = dollarsOf(
    billOf(
      {
        payloadUnits: 10e6,
        "read.hosts": 8e6,
        "write.hosts": 2e6,
        "write.incidents": 1e6,
        "read.alerting": 1e6,
        storedBytes: 4 * 1024 ** 3,
        backedUpBytes: 3 * 1024 ** 3,
        logBytes: 1024 ** 3,
        publishes: 2e6,
        bucketWrites: 1e6,
        bucketReads: 1e6,
      },
      2,
    ),
  );
  expect(bill).toMatchObject({ stream: 21.9, "states of hosts, read": 1, "states of hosts, written": 1.25, logs: 0.5 });
  expect(bill.records).toBeCloseTo(0.14, 12);
  expect(bill["incidents, alerting"]).toBeCloseTo(0.75, 12);
  expect(bill).toMatchObject({ "tables, stored": 1, messages: 1, bucket: 5.4 });
  expect(bill["tables, backed up"]).toBeCloseTo(0.6, 12);
});

test("a run costs its call, its waiting, and its CPU at the memory's share of a vCPU", () => {
  // refit has a whole vCPU and 1,769 MiB: (1,000 × 0.015 s + 85 s) × 1.7275 GB × $0.0000133334.
  const { functions: refit = 0 } = dollarsOf(billOf({ "runs.refit": 1_000, "cpu.refit": 85 }, 1));
  expect(refit).toBeCloseTo(0.0002 + 100 * (1769 / 1024) * 0.0000133334, 9);
  // sweep has 512 MiB, so 512/1,769 of a vCPU: (1,000 × 0.015 s + 85 s × 1,769/512) × 0.5 GB × $0.0000133334.
  const { functions: sweep = 0 } = dollarsOf(billOf({ "runs.sweep": 1_000, "cpu.sweep": 85 }, 1));
  expect(sweep).toBeCloseTo(0.0002 + (15 + (85 * 1769) / 512) * 0.5 * 0.0000133334, 9);
});

test("the model follows the fleet: a month of 1,000 hosts with a record a minute and samples every ten seconds", () => {
  const fleet = { hosts: 1_000, shards: 1, intervalMs: 10_000, flushMs: 60_000 };
  const usage = expectedUsage(fleet, "calm");
  expect(usage).toMatchObject({
    records: 43_800_000,
    "write.hosts": 43_800_000,
    // Six samples of 126 bytes take one unit, and one block in four is kept.
    "write.history": 10_950_000,
    // A state for each block that is kept, and 1,000 for each two of 730 hours. Each minute 895 KB are read, in steps
    // of 4 KB for half a unit: 219 steps.
    "read.hosts": 10_950_000 + 365_000 + 43_800 * 109.5,
  });
  // A batch each 5.06 s.
  expect(usage["runs.score"]).toBeCloseTo(2_628_000 / 5.06, 3);
});

test("a refit each week costs a seventh of one each day", () => {
  const fleet = { hosts: 100, shards: 1, intervalMs: 60_000, flushMs: 60_000 };
  const [daily, weekly] = [expectedUsage(fleet), expectedUsage({ ...fleet, refitEveryMs: 7 * 86_400_000 })];
  for (const quantity of ["read.history", "write.baselines", "cpu.refit"] as const)
    expect(weekly[quantity]! / daily[quantity]!).toBeCloseTo(1 / 7, 9);
  // Each 20 minutes of a month of 730 hours, the incidents of 15 days: two units a day, at half price.
  expect(weekly["read.incidents"]).toBe(730 * 3 * 15 * 2 * 0.5);
});

test("a year of a host is in the tables, and no backup has its history or the indexes of its incidents", () => {
  const fleet = { hosts: 1, shards: 1, intervalMs: 10_000, flushMs: 60_000 };
  const { storedBytes, backedUpBytes } = expectedUsage(fleet);
  // Each item takes 100 bytes more. History: a chunk of 6 × 126 bytes a minute, one in four, for 30 days.
  const history = 10_800 * (756 + 100);
  // A state of 895 bytes; 366 heads of 1,400 bytes; 15 models of 44,700 bytes; two incidents of 1,024 bytes in each
  // month of 730 hours.
  const incidents = 24 * (1_024 + 100);
  const others = 995 + 366 * 1_500 + 15 * 44_800;
  expect(storedBytes! / (history + others + 3 * incidents)).toBeCloseTo(1, 9);
  expect(backedUpBytes! / (others + incidents)).toBeCloseTo(1, 9);
  // 53.14 heads, and three models: the active one and two of those before.
  const weekly = 995 + (365 / 7 + 1) * 1_500 + 3 * 44_800 + incidents;
  expect(expectedUsage({ ...fleet, refitEveryMs: 7 * 86_400_000 }).backedUpBytes! / weekly).toBeCloseTo(1, 9);
});

test("samples that come once a minute are all kept, half the records cost half, and trouble costs more", () => {
  const fleet = { hosts: 100, shards: 1, intervalMs: 60_000, flushMs: 60_000 };
  const usage = expectedUsage(fleet, "calm");
  expect(usage["write.history"]).toBe(4_380_000);
  expect(expectedUsage({ ...fleet, flushMs: 120_000 }, "calm")["write.hosts"]).toBe(2_190_000);
  const [calm, whole] = [usage, expectedUsage(fleet)].map((one) => totalOf(billOf(one, 1)));
  expect(whole! > calm!).toBe(true);
});
