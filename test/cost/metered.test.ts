// `npm run bench:cost` holds the same against a metered run of 1,000 hosts.
import { meterFleet } from "../../bench/metered-fleet.ts";
import { billOf, totalOf } from "../../lib/cost/bill.ts";
import { expectedUsage, MONTH_MS } from "../../lib/cost/expected-usage.ts";
import { type Quantity, scaled } from "../../lib/cost/usage.ts";

const HOSTS = 20;
const MINUTES = 4;
/** History keeps one block of ten minutes in four: in this one, of a quarter of these hosts. */
const FIRST = 40;

test("what the twin meters of a calm fleet is what the model computes, within 5 %", async () => {
  const metered = scaled(await meterFleet(HOSTS, MINUTES, FIRST), MONTH_MS / (MINUTES * 60_000));
  const computed = expectedUsage({ hosts: HOSTS, shards: 1, intervalMs: 10_000, flushMs: 60_000 }, "calm");
  const same: Quantity[] = ["records", "payloadUnits", "read.hosts", "write.hosts", "write.history", "read.alerting"];
  // Of so few hosts, one whose state is a little larger than usual is already one in twenty.
  const off = same.filter((quantity) => Math.abs((metered[quantity] ?? 0) / (computed[quantity] ?? 0) - 1) > 0.1);
  expect(off).toEqual([]);
  // CPU depends on the machine.
  const [ours, theirs] = [metered, computed].map((usage) =>
    totalOf(billOf({ ...usage, "cpu.score": 0, "cpu.sweep": 0 }, 1)),
  );
  expect(Math.abs(ours! / theirs! - 1)).toBeLessThan(0.05);
}, 180_000);
