// By hand from the prices, the sizes in lib/cost/expected-usage.ts, and a target of 70 %.
import { billOf } from "../../lib/cost/bill.ts";
import { provisionedFor, reservable, savedDollars, scalingAlarms } from "../../lib/cost/capacity.ts";
import { AGENT_PACE, expectedUsage, type Fleet } from "../../lib/cost/expected-usage.ts";
import { fleetBill } from "../../lib/cost/fleet-bill.ts";

const fleetOf = (hosts: number): Fleet => ({ hosts, shards: 1, ...AGENT_PACE });
const totalOf = (hosts: number, capacity: "on-demand" | "provisioned") =>
  fleetBill({ hosts, ...AGENT_PACE, capacity }).bill.reduce((sum, { dollars }) => sum + dollars, 0);

test("a calm fleet writes 70 % of what its hosts table is provisioned for", () => {
  const { hosts } = provisionedFor(fleetOf(1_000));
  // 1,000 states a minute of one unit each: 16.7 a second, over 0.7.
  expect(hosts?.write).toBe(24);
  // A message of each host, into the index and out of it, in the 300 s that DynamoDB keeps: 2,000 / 300.
  expect(hosts?.indexes.unsent?.write).toBe(7);
  const reads = (expectedUsage(fleetOf(1_000), "calm")["read.hosts"] ?? 0) / (730 * 3_600);
  expect(hosts?.read).toBe(Math.ceil(reads / 0.7));
});

test("the smallest capacity is one unit", () => {
  const { hosts } = provisionedFor(fleetOf(1));
  expect(hosts).toEqual({ read: 1, write: 1, indexes: { unsent: { read: 1, write: 1 } } });
});

test("the history is provisioned where that is cheaper: its reads need the speed of one refit at any size", () => {
  expect(provisionedFor(fleetOf(1_000)).history).toBeUndefined();
  const { history } = provisionedFor(fleetOf(10_000));
  // A block of six samples a minute, one in four: 41.7 units a second, over 0.7.
  expect(history?.write).toBe(60);
  // 126 bytes in 40 µs, and 8 KB a unit: 384.5 units a second, over 0.7.
  expect(history?.read).toBe(550);
});

test("a provisioned table costs its capacity, whatever the fleet uses, and four alarms for each policy", () => {
  const capacity = { hosts: { read: 10, write: 20, indexes: { unsent: { read: 1, write: 4 } } } };
  const bill = billOf({ "read.hosts": 1e9, "write.hosts": 1e9, "write.history": 1e6 }, 1, capacity);
  const dollars = Object.fromEntries(bill.map((line) => [line.what, line.dollars]));
  expect(dollars["states of hosts, read"]).toBeCloseTo(11 * 0.00013 * 730, 9);
  expect(dollars["states of hosts, written"]).toBeCloseTo(24 * 0.00065 * 730, 9);
  expect(dollars["history, written"]).toBeCloseTo(0.625, 9);
  // Reads and writes of the table, and writes of the index.
  expect(scalingAlarms(capacity)).toBe(12);
  expect(dollars["alarms of auto scaling"]).toBeCloseTo(1.2, 9);
});

test("provisioned tables cost a small fleet more and a large one less", () => {
  expect(totalOf(10, "provisioned")).toBeGreaterThan(totalOf(10, "on-demand"));
  expect(totalOf(1_000, "provisioned")).toBeLessThan(0.81 * totalOf(1_000, "on-demand"));
  expect(totalOf(15_000, "provisioned")).toBeLessThan(0.75 * totalOf(15_000, "on-demand"));
});

test("a reservation covers whole blocks of 100 units of all tables and stacks, reads and writes apart", () => {
  const hosts = { read: 120, write: 250, indexes: { unsent: { read: 1, write: 70 } } };
  const history = { read: 40, write: 20, indexes: {} };
  // 161 and 340 units a stack.
  expect(reservable({ hosts, history }, 1)).toEqual({ read: 100, write: 300 });
  expect(reservable({ hosts, history }, 2)).toEqual({ read: 300, write: 600 });
});

test("a reservation of a year saves 54 % of its units, one of three years 77 %", () => {
  // 730 × (200 × $.00013 + 600 × $.00065) = $303.68.
  expect(savedDollars({ read: 200, write: 600 }, "1y")).toBeCloseTo(163.9872, 6);
  expect(savedDollars({ read: 200, write: 600 }, "3y")).toBeCloseTo(233.8336, 6);
});

test("the bill of a fleet that reserves its capacity says what that saves", () => {
  const billed = { hosts: 15_000, ...AGENT_PACE, capacity: "provisioned" } as const;
  const { bill } = fleetBill({ ...billed, reserved: "3y" });
  const provisioned = fleetBill(billed).bill;
  expect(bill.slice(0, -1)).toEqual(provisioned);
  // The table of 15,000 hosts in docs/deploying.md: $260.02 of writes are 548 units, and $64.82 of reads 683.
  const saved = 0.77 * 730 * (500 * 0.00065 + 600 * 0.00013);
  expect(bill.at(-1)?.what).toBe("reserved capacity");
  expect(bill.at(-1)?.dollars).toBeCloseTo(-saved, 9);
});
