import { type Incident, partOf, severityOf } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { DAY_MS } from "../time.ts";
import { inParallel } from "../watch/parallel.ts";
import type { HostStore, IncidentStore } from "../watch/ports.ts";
import type { HostState, PendingNotice } from "../watch/state.ts";
import { DIGESTS, messagesOf, take } from "./allowance.ts";
import type { Attempts } from "./attempts.ts";
import type { Desk } from "./desk.ts";
import { digestOf } from "./digest.ts";
import { type Debtor, deskDebtor, hostDebtor, noticeOf, type Owing, type Settled, takeOff } from "./outbox.ts";
import type { AlertingStore } from "./ports.ts";
import { type Owed, type Settlement, settle } from "./settle.ts";
import type { Silence } from "./silence.ts";
import { type Telling, type TellPorts, tell, tellDigest } from "./tell.ts";

export interface DeliveryPorts extends TellPorts {
  readonly hosts: Pick<HostStore, "load" | "save" | "withPending">;
  readonly incidents: Pick<IncidentStore, "get" | "save" | "withId">;
  readonly alerting: Pick<AlertingStore, "desk" | "saveDesk" | "saveSilence" | "allowance" | "saveAllowance">;
}

export interface Delivered {
  /** Notices told by themselves, told in a digest, and not told for a silence or a fleet's incident. */
  readonly published: number;
  readonly digested: number;
  readonly dropped: number;
}

/** Stores worked on at once, as by the scorer. */
const AT_ONCE = 32;
/** A scorer tells within so long of saving, or leaves it. */
const OWED_FOR_MS = 15_000;

/**
 * Brings to an end what hosts and desks owe: drops what is not to be told, tells the rest one by one as long as there
 * are places, and all that is left in one digest. What fails or must wait stays owed.
 */
export async function deliver(ports: DeliveryPorts, telling: Telling, known: Known): Promise<Delivered> {
  const { attempts } = known;
  const now = telling.clock();
  const cases = await casesOf(ports, known, now);
  await attempts.run(() => noteMatched(ports, cases, now));
  const queue = cases.filter((one) => one.tell.length > 0).sort(byUrgency);
  const { published, rest } = await tellOneByOne(ports, telling, queue, attempts);
  const digested = (await attempts.run(() => tellTogether(ports, telling, rest, attempts))) ?? 0;
  return { published, digested, dropped: cases.reduce((sum, one) => sum + one.drop.length, 0) };
}

/** What the sweep knows already. */
interface Known {
  readonly desks: ReadonlyMap<string, Desk>;
  /** When fleets' incidents were over that ended just now, by id (ms since the epoch). */
  readonly ended: ReadonlyMap<string, number>;
  readonly silences: readonly Silence[];
  /** Those that hold now. */
  readonly active: readonly Silence[];
  readonly attempts: Attempts;
}

/** Decides what becomes of all that is owed, and takes off what is not to be told. */
async function casesOf(ports: DeliveryPorts, { desks, ended, silences, active, attempts }: Known, now: number) {
  const fleetOver = fleetEnds(ports.incidents, desks, ended);
  const cases: Case[] = [];
  await inParallel(AT_ONCE, await accountsOf(ports, desks, now), async (account) => {
    const groupFleet = desks.get(account.group)?.incident?.id;
    const circumstances = { silences, active, ...(groupFleet === undefined ? {} : { groupFleet }) };
    await attempts.run(async () => {
      const owed = await owedBy(ports, account, fleetOver);
      const settled = owed.map((one) => ({ ...one, ...settle(one, circumstances, now), account }));
      await account.takeOff(settled.flatMap(droppedOf));
      cases.push(...settled);
    });
  });
  return cases;
}

/** When a fleet's incident was over; undefined while it is open. Each is looked up once. */
function fleetEnds(
  { withId }: DeliveryPorts["incidents"],
  desks: ReadonlyMap<string, Desk>,
  ended: ReadonlyMap<string, number>,
) {
  const open = new Set([...desks.values()].flatMap(({ incident }) => incident?.id ?? []));
  const known = new Map<string, Promise<number | undefined>>();
  const lookUp = async (id: string) => (await withId(id)).find(({ kind }) => kind === "fleet")?.resolved ?? 0;
  return async (id: string): Promise<number | undefined> => {
    if (open.has(id)) return undefined;
    const end = known.get(id) ?? ended.get(id) ?? lookUp(id);
    known.set(id, Promise.resolve(end));
    return end;
  };
}

/** A host or desk that owes notices. */
interface Account {
  readonly host: string;
  readonly group: string;
  /** As it was last read or written. */
  readonly value: Owing;
  takeOff(settled: readonly Settled[]): Promise<void>;
}

interface Case extends Owed, Settlement {
  readonly account: Account;
}

async function accountsOf(
  ports: DeliveryPorts,
  desks: ReadonlyMap<string, Desk>,
  now: number,
): Promise<readonly Account[]> {
  const states = await ports.hosts.load(await ports.hosts.withPending());
  const isDue = ({ pending }: HostState) => pending.every(({ since = 0 }) => since <= now - OWED_FOR_MS);
  const owing = [...desks.values()].filter(({ pending }) => pending.length > 0);
  return [
    ...owing.map((desk) => accountOf(ports, deskDebtor(ports.alerting, desk.group), desk)),
    ...[...states.values()].filter(isDue).map((state) => accountOf(ports, hostDebtor(ports.hosts, state.host), state)),
  ];
}

function accountOf<T extends Owing & { readonly group: string }>(
  { incidents }: DeliveryPorts,
  debtor: Debtor<T>,
  value: T,
): Account {
  let current = value;
  return {
    host: debtor.host,
    group: value.group,
    get value() {
      return current;
    },
    async takeOff(settled) {
      current = await takeOff(debtor, incidents, current, settled);
    },
  };
}

/** What is owed by incident, in the order in which it came about. */
async function owedBy(
  { incidents }: DeliveryPorts,
  { host, value }: Account,
  fleetOver: (id: string) => Promise<number | undefined>,
): Promise<readonly Owed[]> {
  const byIncident = new Map<string, PendingNotice[]>();
  for (const notice of value.pending) {
    byIncident.set(notice.id, [...(byIncident.get(notice.id) ?? []), notice]);
  }
  const owed: Owed[] = [];
  for (const [id, notices] of byIncident) {
    const incident = value.incident?.id === id ? value.incident : await storedIncident(incidents, host, notices[0]);
    const fleet = partOf(incident);
    const over = fleet === undefined ? undefined : await fleetOver(fleet);
    owed.push({ incident, notices, ...(over === undefined ? {} : { fleetOver: over }) });
  }
  return owed;
}

async function storedIncident(
  incidents: DeliveryPorts["incidents"],
  host: string,
  notice: PendingNotice | undefined,
): Promise<Incident> {
  const incident = notice && (await incidents.get(host, notice.opened));
  if (!incident) throw new Error(`incident ${notice?.id} of ${host} is owed a notice but not stored`);
  return incident;
}

function droppedOf({ drop, fleet }: Case): readonly Settled[] {
  return drop.map(({ kind, id, opened }) => ({
    kind,
    id,
    opened,
    ...(fleet === undefined ? {} : { marks: { fleet } }),
  }));
}

/** A silence that never held anything back is reported when it ends. */
async function noteMatched({ alerting }: DeliveryPorts, cases: readonly Case[], now: number): Promise<void> {
  const silences = new Map(cases.flatMap(({ silence }) => (silence ? [[silence.id, silence]] : [])));
  for (const silence of silences.values()) {
    const isKnown = silence.matched !== undefined && now - silence.matched < DAY_MS;
    // Whoever was faster has done the same, or the next sweep does it.
    if (!isKnown) await alerting.saveSilence({ ...silence, matched: Math.round(now) });
  }
}

/** Fleets first, then what is critical, then what has begun, then what has ended; the oldest first. */
function byUrgency(a: Case, b: Case): number {
  return rankOf(a) - rankOf(b) || a.incident.opened - b.incident.opened;
}

function rankOf({ incident, tell }: Case): number {
  if (incident.kind === "fleet") return 0;
  if (tell.every(({ kind }) => kind === "resolved")) return 3;
  return severityOf(incident) === "critical" ? 1 : 2;
}

/** Tells as long as there are places; what is left of each incident is told together, after it. */
async function tellOneByOne(ports: DeliveryPorts, telling: Telling, queue: readonly Case[], attempts: Attempts) {
  const rest: Case[] = [];
  let published = 0;
  let isFull = false;
  for (const one of queue) {
    for (const [i, pending] of one.tell.entries()) {
      isFull ||= !(await attempts.run(() =>
        take(ports.alerting, messagesOf(telling.settings), telling.fullUntil, telling.clock),
      ));
      if (isFull) {
        rest.push({ ...one, tell: one.tell.slice(i) });
        break;
      }
      // Of one incident nothing is told out of order.
      if (!(await attempts.run(() => tellOne(ports, telling, one, pending)))) break;
      published++;
    }
  }
  return { published, rest };
}

async function tellOne(
  ports: DeliveryPorts,
  telling: Telling,
  { account }: Case,
  pending: PendingNotice,
): Promise<true> {
  const { kind, id, opened } = pending;
  await storeOpen(ports, account, id);
  const notice = await noticeOf(ports.incidents, account.host, pending);
  const texted = await tell(ports, telling, notice);
  await account.takeOff([{ kind, id, opened, ...(texted && kind !== "resolved" ? { marks: { texted } } : {}) }]);
  return true;
}

/** A sweep's decisions are stored after the host or desk they come from: this makes up for a crash in between. */
async function storeOpen({ incidents }: DeliveryPorts, { value }: Account, id: string): Promise<void> {
  if (value.incident?.id === id) await incidents.save(value.incident);
}

/** Tells all in one message and returns how many these were; one alone goes as itself. */
async function tellTogether(
  ports: DeliveryPorts,
  telling: Telling,
  rest: readonly Case[],
  attempts: Attempts,
): Promise<number> {
  const notices = rest.flatMap(({ tell, incident }): Notice[] => tell.map(({ kind }) => ({ kind, incident })));
  const [first] = rest;
  if (!first || !(await take(ports.alerting, DIGESTS, telling.fullUntil, telling.clock))) return 0;
  const [alone] = first.tell;
  if (alone && notices.length === 1) {
    await tellOne(ports, telling, first, alone);
    return 1;
  }
  for (const { account, incident } of rest.filter(isDecidedBySweep)) await storeOpen(ports, account, incident.id);
  await tellDigest(ports, telling, digestOf(notices, telling.clock()), notices);
  const byAccount = new Map<Account, Settled[]>();
  for (const { account, tell } of rest) byAccount.set(account, [...(byAccount.get(account) ?? []), ...tell]);
  await inParallel(AT_ONCE, [...byAccount], async ([account, told]) => {
    await attempts.run(() => account.takeOff(told));
  });
  return notices.length;
}

function isDecidedBySweep({ incident }: Case): boolean {
  return incident.kind !== "anomaly";
}
