import { billOf, totalOf } from "../lib/cost/bill.ts";
import { expectedUsage, MONTH_MS } from "../lib/cost/expected-usage.ts";
import { type Quantity, scaled, type Usage } from "../lib/cost/usage.ts";
import { textTable } from "../lib/text-table.ts";
import { MINUTE_MS } from "../lib/time.ts";
import { INTERVAL_MS } from "./fleet.ts";
import { meterFleet, meterRefit } from "./metered-fleet.ts";

/**
 * Meters a made-up fleet in the twin, without trouble and refits, and compares it with the computed usage. Then meters
 * a refit, and what a scorer keeps. Fails when the bills differ by more than 5 %, CPU aside. `npm run bench:cost --
 * HOSTS MINUTES DAYS`
 */
async function main(count = "1000", minutes = "20", days = "30"): Promise<void> {
  const [hosts, metered] = [Number(count), Number(minutes) * MINUTE_MS];
  const fleet = { hosts, shards: 1, intervalMs: INTERVAL_MS, flushMs: MINUTE_MS };
  const ours = scaled(await meterFleet(hosts, Number(minutes)), MONTH_MS / metered);
  const computed = expectedUsage(fleet, "calm");
  console.log(`${hosts} hosts for ${minutes} minutes, per host and month:`);
  console.log(textTable(["quantity", "metered", "computed", "ratio"], rowsOf(ours, computed, hosts)));
  const [one, other] = [unfixed(ours), unfixed(computed)];
  const ratio = (one / other).toFixed(3);
  console.log(`beside what is fixed, metered $${one.toFixed(2)} and computed $${other.toFixed(2)} a month: ${ratio}`);
  if (Math.abs(one / other - 1) > 0.05) process.exitCode = 1;
  console.log(`a refit of a host with ${days} days of history, and of its group:`);
  const { usage, kept } = await meterRefit(Number(days));
  for (const [quantity, amount] of Object.entries(usage)) console.log(`  ${quantity} ${amount}`);
  console.log("what the scorer keeps of that host:");
  for (const [what, amount] of Object.entries(kept)) console.log(`  ${what} ${amount}`);
}

/** Dollars for what depends on the fleet. CPU depends on the machine, so it is printed and not compared. */
function unfixed(usage: Usage): number {
  return totalOf(billOf({ ...usage, "cpu.score": 0, "cpu.sweep": 0 }, 1)) - totalOf(billOf({}, 1));
}

function rowsOf(ours: Usage, computed: Usage, hosts: number): string[][] {
  const quantities = Object.keys({ ...ours, ...computed }) as Quantity[];
  return quantities.flatMap((quantity) => {
    const [one = 0, other = 0] = [ours[quantity], computed[quantity]];
    if (one + other === 0) return [];
    return [[quantity, (one / hosts).toFixed(2), (other / hosts).toFixed(2), (one / other).toFixed(3)]];
  });
}

await main(...process.argv.slice(2));
