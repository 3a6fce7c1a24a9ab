import type { AlertSettings } from "../../lib/alert/settings.ts";
import { gather } from "../../lib/gather-all.ts";
import { hostOfItem } from "../../lib/store/host-item.ts";
import type { MemoryStores } from "../../lib/store/memory.ts";
import { alertViolations } from "./alert-invariants.ts";
import type { Consumption } from "./consumer.ts";
import type { Tally } from "./faults.ts";
import type { Fleet } from "./fleet.ts";
import { hostViolations } from "./host-invariants.ts";
import type { Ledger } from "./ledger.ts";
import type { Stream } from "./stream.ts";

export interface Aftermath {
  readonly fleet: Fleet;
  readonly stream: Stream;
  readonly settings: AlertSettings;
  readonly tally: Tally;
  readonly ledger: Ledger;
  readonly consumption: Consumption;
  readonly lived: MemoryStores;
  /** The stores after the world without faults. */
  readonly clean: MemoryStores;
}

/** Violations of the invariants in a world that has ended. */
export async function violationsOf(aftermath: Aftermath): Promise<string[]> {
  const { fleet, ledger } = aftermath;
  const hosts = await Promise.all(fleet.hosts.map((host) => hostViolations(aftermath, host)));
  return [
    ...ledger.violations,
    ...hosts.flat(),
    ...(await alertViolations(aftermath)),
    ...rejectionViolations(aftermath),
    ...(await unreadable(aftermath)),
    ...livelocks(aftermath),
  ];
}

/**
 * The scorer rejects unreadable records with a reason, and readable ones only if their names were given up. The bucket
 * or the log has an example of each host's.
 */
function rejectionViolations({ stream, ledger, lived }: Aftermath): string[] {
  const violations: string[] = [];
  const isShown = (id: string) => lived.rejectedRecords.has(id) || ledger.logged.has(id);
  const shown = stream.puts.filter(({ sequenceNumber }) => isShown(sequenceNumber));
  const examples = new Set(shown.map(({ partitionKey }) => partitionKey));
  const lossy = new Set([...ledger.discarded.values()].map(({ sent }) => sent?.host.name));
  for (const { sequenceNumber, partitionKey, sent } of stream.puts) {
    const reasons = ledger.rejected.get(sequenceNumber);
    const expected = !sent || sent.partlyBroken;
    if (reasons?.length === 0) violations.push(`rejected without a reason: ${sequenceNumber}`);
    if (reasons && !examples.has(partitionKey)) violations.push(`no example: ${sequenceNumber}`);
    if (expected && !reasons && !ledger.discarded.has(sequenceNumber)) violations.push(`vanished: ${sequenceNumber}`);
    if (!expected && reasons && !lossy.has(sent.host.name) && !ledger.harmed.has(sent.host.name)) {
      violations.push(`rejected: ${sequenceNumber} of ${sent.host.name}: ${reasons}`);
    }
  }
  return violations;
}

/** The last sweeps have read every host's item, and set aside the unreadable ones. */
async function unreadable({ lived: { tables } }: Aftermath): Promise<string[]> {
  const readings = (await gather(tables.hosts.scan())).map(hostOfItem);
  return readings.flatMap((reading) => ("unreadable" in reading ? [`left: ${reading.unreadable.problem}`] : []));
}

/** Without faults every invocation finishes a record; with faults the attempts at each part of a batch are limited. */
function livelocks({ stream, consumption: { settings, invocations, calmInvocations }, tally }: Aftermath): string[] {
  const records = stream.puts.length;
  const restarts = tally.get("poller restart") ?? 0;
  const most = 2 * records * (settings.retryAttempts + 1) * (restarts + 1);
  return [
    ...(invocations > most ? [`${invocations} invocations for ${records} records`] : []),
    ...(calmInvocations > records
      ? [`${calmInvocations} invocations after the last fault for ${records} records`]
      : []),
  ];
}
