import { MINUTE_MS } from "../time.ts";
import { hostOwner } from "../watch/baseline.ts";
import { retire } from "../watch/retire.ts";
import { type HostState, isUntold } from "../watch/state.ts";
import type { Attempts } from "./attempts.ts";
import { reportUnjudged } from "./blind-hosts.ts";
import { reportClocks } from "./clocks.ts";
import { type Delivered, deliver } from "./deliver.ts";
import { isWaiting, leadsOf } from "./dependence.ts";
import { detect } from "./detect.ts";
import { silenceHolding } from "./held.ts";
import { overviewOf } from "./overview.ts";
import type { AlertPorts } from "./ports.ts";
import { quietFor } from "./quiet.ts";
import { sendHeldTexts } from "./send.ts";
import type { AlertSettings } from "./settings.ts";
import { isActive, matches } from "./silences.ts";

/** A process's memory between sweeps; it can be lost without harm. In milliseconds since the epoch. */
interface SweepMemory {
  /** When it looked last, and since when it has done so without a long break; absent before the first time. */
  last?: number;
  since?: number;
}

export interface Sweeping {
  readonly memory: SweepMemory;
  readonly settings: AlertSettings;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Collects the steps that fail; the caller throws them in the end. */
  readonly attempts: Attempts;
}

export interface Swept extends Delivered {
  /** Hosts found silent. */
  readonly silent: number;
  /** Hosts with samples that have waited long enough for the rest of their records; absent without any. */
  readonly waiting?: readonly HostState[];
}

/**
 * Detects silent hosts, fleets in trouble and forgotten incidents, then sends the notices that have been pending for a
 * while. A step that fails is left to the next sweep.
 */
export async function sweep(ports: AlertPorts, { memory, settings, clock, attempts }: Sweeping): Promise<Swept> {
  const now = clock();
  const since = watchedSince(memory, now);
  const [silences, quiets] = await Promise.all([ports.alerting.silences(), ports.alerting.quiets()]);
  const active = silences.filter((silence) => isActive(silence, now));
  const isSilenced = (host: { readonly host: string; readonly group: string }) =>
    active.some((silence) => matches(silence, host));
  const overview = await overviewOf(ports.hosts, isSilenced, settings, now);
  const desks = new Map((await ports.alerting.desks()).map((desk) => [desk.group, desk]));
  const isHeldBack = ({ incident, newest }: HostState) =>
    incident !== undefined &&
    (silenceHolding("opened", { incident, newest }, { silences, active }, now) ?? quietFor(quiets, incident, now)) !==
      undefined;
  const seen = { now, since, settings, overview, silences, quiets, active, isHeldBack, desks, attempts };
  const leads = new Map(leadsOf(seen));
  const isWaitingHost = ({ incident, newest, pending }: HostState) =>
    incident !== undefined && isUntold(incident.id, pending) && isWaiting({ incident, newest }, leads, settings, now);
  const run = { ...seen, leads, isHeldBack: (state: HostState) => isHeldBack(state) || isWaitingHost(state) };
  const silent = await detect(ports, run);
  const sending = { settings, clock, fullUntil: new Map<string, number>() };
  const delivered = await deliver(ports, sending, run);
  await attempts.run(() => sendHeldTexts(ports, sending));
  await attempts.run(() => reportClocks(ports, sending, overview.wrongClocks));
  await attempts.run(() => reportUnjudged(ports, sending, overview.unjudged));
  for (const state of overview.gone) await attempts.run(() => retire(ports, state, now));
  for (const state of overview.expired) await attempts.run(() => expire(ports, state));
  const { waiting } = overview;
  return { silent, ...delivered, ...(waiting.length > 0 ? { waiting } : {}) };
}

/** A host that comes back at the same moment keeps its state, and learns from its history again. */
async function expire({ hosts, baselines }: AlertPorts, state: HostState): Promise<void> {
  await baselines.forget(hostOwner(state.host));
  await hosts.remove(state);
}

/** After a longer break nobody has waited for records, so that waiting begins anew. */
const BREAK_MS = 5 * MINUTE_MS;

function watchedSince(memory: SweepMemory, now: number): number {
  const { last, since } = memory;
  memory.since = since === undefined || last === undefined || now - last > BREAK_MS ? now : since;
  memory.last = now;
  return memory.since;
}
