import { MINUTE_MS } from "../time.ts";
import type { HostStore, IncidentStore } from "../watch/ports.ts";
import { retire } from "../watch/retire.ts";
import { Attempts } from "./attempts.ts";
import { type Delivered, type DeliveryPorts, deliver } from "./deliver.ts";
import { type Found, find } from "./find.ts";
import { lookAround } from "./look.ts";
import type { AlertingStore } from "./ports.ts";
import type { AlertSettings } from "./settings.ts";
import { isActive, matches } from "./silences.ts";
import { tellHeldTexts } from "./tell.ts";

export interface SweepPorts extends DeliveryPorts {
  readonly hosts: HostStore;
  readonly incidents: Pick<IncidentStore, "get" | "save" | "withId">;
  readonly alerting: DeliveryPorts["alerting"] & Pick<AlertingStore, "silences" | "desks">;
}

/** What one process remembers between sweeps; it can be lost without harm. In milliseconds since the epoch. */
export interface SweepMemory {
  /** When it looked last, and since when it has done so without a long break; absent before the first time. */
  last?: number;
  since?: number;
}

export interface Sweeping {
  readonly memory: SweepMemory;
  readonly settings: AlertSettings;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export interface Swept extends Found, Delivered {}

/**
 * Looks at every host and finds silences, fleets in trouble and what people have forgotten; then tells what is owed for
 * a while. A step that fails is left to the next sweep, and thrown in the end.
 */
export async function sweep(ports: SweepPorts, { memory, settings, clock }: Sweeping): Promise<Swept> {
  const now = clock();
  const since = watchedSince(memory, now);
  const attempts = new Attempts();
  const silences = await ports.alerting.silences();
  const active = silences.filter((silence) => isActive(silence, now));
  const isSilenced = (host: { readonly host: string; readonly group: string }) =>
    active.some((silence) => matches(silence, host));
  const look = await lookAround(ports.hosts, isSilenced, now);
  const desks = new Map((await ports.alerting.desks()).map((desk) => [desk.group, desk]));
  const ended = new Map<string, number>();
  const found = await find(ports, { look, since, now, settings, isSilenced, desks, ended, attempts });
  const telling = { settings, clock, fullUntil: new Map<string, number>() };
  const delivered = await deliver(ports, telling, { desks, ended, silences, active, attempts });
  await attempts.run(() => tellHeldTexts(ports, telling));
  for (const state of look.forgotten) await attempts.run(() => retire(ports, state, now));
  attempts.end();
  return { ...found, ...delivered };
}

/** After a break as long as that nobody has waited for records, so that waiting begins anew. */
const BREAK_MS = 5 * MINUTE_MS;

function watchedSince(memory: SweepMemory, now: number): number {
  const { last, since } = memory;
  memory.since = since === undefined || last === undefined || now - last > BREAK_MS ? now : since;
  memory.last = now;
  return memory.since;
}
