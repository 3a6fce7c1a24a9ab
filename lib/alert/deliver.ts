import { type FleetIncident, partOf, severityOf } from "../incident/incident.ts";
import { noticeAbout } from "../incident/notice.ts";
import { retryOnConflict } from "../retry.ts";
import { DAY_MS, SECOND_MS } from "../time.ts";
import { AT_ONCE, inParallel } from "../watch/parallel.ts";
import type { HostState, PendingNotice } from "../watch/state.ts";
import { mayWorsen, WORSENS_WITHIN_MS } from "../watch/worsening.ts";
import { DIGESTS, messagesOf, take } from "./allowance.ts";
import type { Attempts } from "./attempts.ts";
import { type Decision, decide, type PendingIncident } from "./decision.ts";
import { isWaiting } from "./dependence.ts";
import { openOf } from "./desk.ts";
import { digestOf } from "./digest.ts";
import {
  heldBy,
  noticeOf,
  type PendingSource,
  type RemovedNotice,
  removePending,
  sentOf,
  storedFor,
  subjectOfSource,
} from "./pending.ts";
import type { AlertPorts } from "./ports.ts";
import { type Sending, send } from "./send.ts";
import type { SweepRun } from "./sweep-run.ts";

export interface Delivered {
  /** Notices sent one by one, sent in a digest, and dropped for a silence or a fleet's incident. */
  readonly published: number;
  readonly digested: number;
  readonly dropped: number;
}

/** A scorer sends a notice within this time after saving, or leaves it to the sweep. */
const PENDING_FOR_MS = 15 * SECOND_MS;

/** A source as it was last read or written. */
interface Latest {
  source: PendingSource;
}

/** An incident's pending notices, the decision about them, and where they are stored. */
interface Delivery extends PendingIncident, Decision {
  readonly latest: Latest;
}

/**
 * Decides about all pending notices of hosts and desks. Drops some, sends others one by one while the allowance has
 * room, and sends the rest in one digest. Notices that fail or must wait stay pending.
 */
export async function deliver(ports: AlertPorts, sending: Sending, run: SweepRun): Promise<Delivered> {
  const { attempts } = run;
  const now = sending.clock();
  const deliveries = await decideAll(ports, run, now);
  await attempts.run(() => noteMatched(ports, deliveries, now));
  await attempts.run(() => countQuiet(ports, deliveries));
  const queue = deliveries.filter((one) => one.send.length > 0).sort(byUrgency);
  const { published, rest } = await sendOneByOne(ports, sending, queue, attempts);
  const digested = (await attempts.run(() => sendTogether(ports, sending, rest, attempts))) ?? 0;
  return { published, digested, dropped: deliveries.reduce((sum, one) => sum + one.drop.length, 0) };
}

async function decideAll(ports: AlertPorts, run: SweepRun, now: number): Promise<Delivery[]> {
  const fleetOf = fleetsById(ports, run);
  const reasons = {
    ...run,
    isWaiting: (about: PendingIncident) => isWaiting(about, run.leads, run.settings, now),
  };
  const deliveries: Delivery[] = [];
  await inParallel(AT_ONCE, await dueSources(ports, run, now), async (source) => {
    const desk = run.desks.get(source.group);
    const fleets = desk ? openOf(desk) : [];
    const latest: Latest = { source };
    await run.attempts.run(async () => {
      const { incidents, orphans } = await pendingByIncident(ports, source, fleetOf);
      const decided = incidents.map((about) => ({ ...about, ...decide(about, reasons, fleets, now), latest }));
      const dropped = decided.flatMap((one) => one.drop.map((notice) => ({ ...notice, ...marksFor(one) })));
      latest.source = await removePending(ports, source, [...dropped, ...orphans]);
      deliveries.push(...decided);
    });
  });
  return deliveries;
}

/** The incident remembers why nobody is notified of it. */
function marksFor({ joins, quiet }: Decision): Pick<RemovedNotice, "marks"> {
  if (joins !== undefined) return { marks: { fleet: joins } };
  return quiet ? { marks: { quiet: quiet.id } } : {};
}

/** Fleet incidents by id, as desks have them or as they are stored. Each is looked up once. */
function fleetsById({ incidents }: AlertPorts, { desks }: SweepRun) {
  const held = new Map([...desks.values()].flatMap((desk) => desk.incidents.map((one) => [one.id, one] as const)));
  const known = new Map<string, Promise<FleetIncident | undefined>>();
  const lookUp = async (id: string) => (await incidents.withId(id)).find((one) => one.kind === "fleet");
  return async (id: string): Promise<FleetIncident | undefined> => {
    const fleet = known.get(id) ?? Promise.resolve(held.get(id) ?? lookUp(id));
    known.set(id, fleet);
    return fleet;
  };
}

/** Desks with pending notices, and hosts whose scorer has had its time. */
async function dueSources({ hosts }: AlertPorts, { desks }: SweepRun, now: number): Promise<readonly PendingSource[]> {
  const states = await hosts.load(await hosts.withPending());
  const isDue = (state: HostState) => state.pending.every(({ since = 0 }) => since <= now - scorersTime(state));
  return [...[...desks.values()].filter(({ pending }) => pending.length > 0), ...[...states.values()].filter(isDue)];
}

/** The scorer sends a warning close to critical when the next samples come. */
function scorersTime(state: HostState): number {
  return PENDING_FOR_MS + (mayWorsen(state) ? WORSENS_WITHIN_MS : 0);
}

/** In the order of their decisions; orphans are notices whose incident was set aside as unreadable. */
async function pendingByIncident(
  ports: AlertPorts,
  source: PendingSource,
  fleetOf: (id: string) => Promise<FleetIncident | undefined>,
): Promise<{ readonly incidents: readonly PendingIncident[]; readonly orphans: readonly PendingNotice[] }> {
  const byIncident = new Map<string, [PendingNotice, ...PendingNotice[]]>();
  for (const notice of source.pending) {
    const before = byIncident.get(notice.id);
    if (before) before.push(notice);
    else byIncident.set(notice.id, [notice]);
  }
  const incidents: PendingIncident[] = [];
  const orphans: PendingNotice[] = [];
  for (const [id, notices] of byIncident) {
    const last = notices.at(-1) ?? notices[0];
    const incident = heldBy(source, id) ?? (await storedFor(ports, subjectOfSource(source), last));
    if (!incident) {
      orphans.push(...notices);
      continue;
    }
    const part = partOf(incident);
    const fleet = part === undefined ? undefined : await fleetOf(part);
    const newest = "host" in source ? source.newest : 0;
    incidents.push({ incident, notices, newest, ...(fleet ? { fleet } : {}) });
  }
  return { incidents, orphans };
}

/** A silence that never held anything back is reported when it ends. */
async function noteMatched({ alerting }: AlertPorts, deliveries: readonly Delivery[], now: number): Promise<void> {
  const silences = new Map(deliveries.flatMap(({ silence }) => (silence ? [[silence.id, silence]] : [])));
  for (const silence of silences.values()) {
    const isKnown = silence.matched !== undefined && now - silence.matched < DAY_MS;
    // A process that was faster has done the same, or the next sweep does it.
    if (!isKnown) await alerting.saveSilence({ ...silence, matched: Math.round(now) });
  }
}

/** The list shows people how many incidents a quiet pattern held back. */
async function countQuiet({ alerting }: AlertPorts, deliveries: readonly Delivery[]): Promise<void> {
  const counts = new Map<string, number>();
  for (const { quiet } of deliveries) if (quiet) counts.set(quiet.id, (counts.get(quiet.id) ?? 0) + 1);
  for (const [id, more] of counts)
    await retryOnConflict(`the quiet pattern ${id}`, async () => {
      const known = (await alerting.quiets()).find((one) => one.id === id);
      return known ? alerting.saveQuiet({ ...known, incidents: known.incidents + more }) : "none";
    });
}

/** Fleets first, then critical incidents, then openings, then ends; the oldest first. */
function byUrgency(a: Delivery, b: Delivery): number {
  return rankOf(a) - rankOf(b) || a.incident.opened - b.incident.opened;
}

function rankOf({ incident, send }: Delivery): number {
  if (incident.kind === "fleet") return 0;
  if (send.every(({ kind }) => kind === "resolved")) return 3;
  return severityOf(incident) === "critical" ? 1 : 2;
}

/** Sends while the allowance has room; returns the rest. */
async function sendOneByOne(ports: AlertPorts, sending: Sending, queue: readonly Delivery[], attempts: Attempts) {
  const rest: Delivery[] = [];
  let published = 0;
  let isFull = false;
  for (const one of queue) {
    for (const [i, notice] of one.send.entries()) {
      isFull ||= !(await attempts.run(() =>
        take(ports.alerting, messagesOf(sending.settings), sending.fullUntil, sending.clock),
      ));
      if (isFull) {
        rest.push({ ...one, send: one.send.slice(i) });
        break;
      }
      // The notices of an incident go in order.
      if (!(await attempts.run(() => sendOne(ports, sending, one, notice)))) break;
      published++;
    }
  }
  return { published, rest };
}

async function sendOne(
  ports: AlertPorts,
  sending: Sending,
  { latest }: Delivery,
  pending: PendingNotice,
): Promise<true> {
  await storeHeld(ports, latest, pending.id);
  const notice = await noticeOf(ports, subjectOfSource(latest.source), pending);
  const texted = await send(ports, sending, notice, [notice]);
  latest.source = await removePending(ports, latest.source, [
    sentOf(pending, { at: sending.clock(), texted, held: true }),
  ]);
  return true;
}

/** Incidents of a host or desk are stored after it: this makes up for a crash in between. */
async function storeHeld({ incidents }: AlertPorts, { source }: Latest, id: string): Promise<void> {
  const held = heldBy(source, id);
  if (held) await incidents.save(held);
}

/** Sends all notices in one digest and returns how many they were; a single notice goes by itself. */
async function sendTogether(
  ports: AlertPorts,
  sending: Sending,
  rest: readonly Delivery[],
  attempts: Attempts,
): Promise<number> {
  const notices = rest.flatMap(({ send, incident }) => send.map(({ kind }) => noticeAbout(kind, incident)));
  const [first] = rest;
  if (!first || !(await take(ports.alerting, DIGESTS, sending.fullUntil, sending.clock))) return 0;
  const [alone] = first.send;
  if (alone && notices.length === 1) {
    await sendOne(ports, sending, first, alone);
    return 1;
  }
  for (const { latest, incident } of rest) await storeHeld(ports, latest, incident.id);
  await send(ports, sending, digestOf(notices, sending.clock()), notices);
  const at = sending.clock();
  const sent = new Map<Latest, RemovedNotice[]>();
  for (const { latest, send } of rest)
    sent.set(latest, [...(sent.get(latest) ?? []), ...send.map((one) => sentOf(one, { at, held: true }))]);
  await inParallel(AT_ONCE, [...sent], async ([latest, notices]) => {
    await attempts.run(async () => {
      latest.source = await removePending(ports, latest.source, notices);
    });
  });
  return notices.length;
}
