import type { Tally } from "./faults.ts";
import type { WorldReport } from "./world.ts";

export interface Totals {
  worlds: number;
  records: number;
  invocations: number;
  readonly tally: Tally;
}

export function addTo(totals: Totals, { records, invocations, tally }: WorldReport): void {
  totals.worlds++;
  totals.records += records;
  totals.invocations += invocations;
  for (const [what, count] of tally) totals.tally.set(what, (totals.tally.get(what) ?? 0) + count);
}

/** One line. */
export function summary({ worlds, records, invocations, tally }: Totals): string {
  const counts = [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `${what} ${count}`);
  return `${worlds} worlds, ${records} records, ${invocations} invocations: ${counts.join(", ")}`;
}
