import { type OutboxPorts, publishUnsent } from "./outbox.ts";
import type { HostStore } from "./ports.ts";

export interface SweepPorts extends OutboxPorts {
  readonly hosts: HostStore;
}

/** A scorer publishes within seconds of saving; younger debts are still its own. */
const OWED_FOR_MS = 60_000;

/** Publishes notices that a scorer decided but could not send. Tries every host, then throws if any failed. */
export async function sweep(ports: SweepPorts, now: number): Promise<{ published: number }> {
  const hosts = await ports.hosts.unsent();
  const failures: unknown[] = [];
  let published = 0;
  for (const state of (await ports.hosts.load(hosts)).values()) {
    if (state.arrived > now - OWED_FOR_MS) continue;
    try {
      await publishUnsent(ports, state, []);
      published += state.unsent.length;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `notices of ${failures.length} hosts could not be sent`);
  return { published };
}
