import { isDeepStrictEqual } from "node:util";
import { DIGESTS, messagesOf, type Quota, textsOf } from "../../lib/alert/allowance.ts";
import type { AlertSettings } from "../../lib/alert/settings.ts";
import { endingOf, type Incident } from "../../lib/incident/incident.ts";
import { recordOf } from "../../lib/incident/record.ts";
import type { MemoryStores } from "../../lib/store/memory.ts";
import { PAST_AFTER_MS } from "../../lib/watch/clock.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { NOTHING_COUNTED } from "../../lib/watch/ingest.ts";
import type { HostState } from "../../lib/watch/state.ts";
import type { Consumption } from "./consumer.ts";
import { happened, type Tally } from "./faults.ts";
import type { Fleet, Host } from "./fleet.ts";
import type { Ledger, Publication, Run } from "./ledger.ts";
import type { Put, Stream } from "./stream.ts";

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
    ...noticeViolations(aftermath),
    ...floodViolations(aftermath),
    ...rejectionViolations(aftermath),
    ...(await debts(aftermath)),
    ...livelocks(aftermath),
  ];
}

/** What the stores hold about one host. */
interface Known {
  readonly state: HostState | undefined;
  readonly incidents: readonly Incident[];
  readonly chunks: readonly HistoryChunk[];
}

async function hostViolations({ stream, ledger, tally, lived, clean }: Aftermath, host: Host): Promise<string[]> {
  const [known, expected] = [await knownOf(lived, host), await knownOf(clean, host)];
  const puts = stream.puts.filter(({ sent }) => sent?.host === host);
  const unprocessed = puts.filter(({ sequenceNumber: id }) => !ledger.processed.has(id));
  const silent = unprocessed.filter(({ sequenceNumber: id }) => !ledger.discarded.has(id) && !ledger.rejected.has(id));
  // A new host is unknown until the scorer could read one of its records.
  const unreadable = stream.puts.filter(
    ({ sequenceNumber: id, partitionKey }) =>
      host.seen > 0 && partitionKey === host.name && ledger.rejected.has(id) && !ledger.discarded.has(id),
  );
  const hasLosses = unprocessed.length > 0 || puts.some(({ sequenceNumber: id }) => ledger.lost.has(id));
  for (const { resolved } of known.incidents) happened(tally, resolved ? "incident resolved" : "incident opened");
  for (const incident of known.incidents) {
    if (incident.kind === "silent") happened(tally, incident.resolved ? "silence ended" : "host silent");
    if (endingOf(incident) === "silent") happened(tally, "host silent in trouble");
  }
  return [
    ...silent.map(({ sequenceNumber }) => `record ${sequenceNumber} vanished`),
    ...(hasLosses ? [] : countViolations(known, puts, unreadable.length)),
    ...cleanCountViolations(expected, puts),
    ...historyViolations(known.chunks, puts),
    ...(hasLosses ? [] : ruleViolations(known, host, puts)),
    ...(hasLosses || hasReturned(known) ? [] : differences(asIfHeard(known, expected), expected, puts)),
  ].map((violation) => `${host.name}: ${violation}`);
}

async function knownOf(stores: MemoryStores, { name }: Host): Promise<Known> {
  const chunks: HistoryChunk[] = [];
  for await (const chunk of stores.history.read(name, 0, Number.MAX_SAFE_INTEGER)) chunks.push(chunk);
  return {
    state: (await stores.hosts.load([name])).get(name),
    incidents: await stores.incidents.ofHost(name, 0, Number.MAX_SAFE_INTEGER),
    chunks,
  };
}

/**
 * Whether the host was in trouble, fell silent, and sent again: in the clean run the trouble went on. A sweep that was
 * killed between state and incident may have left the end of a trouble that is a fleet's unwritten.
 */
function hasReturned({ state, incidents }: Known): boolean {
  const wasSilent = incidents.some(({ kind, resolved }) => kind === "silent" && resolved !== undefined);
  const isLeftOpen = ({ kind, id, resolved }: Incident) =>
    kind === "anomaly" && resolved === undefined && state?.incident?.id !== id;
  const hasEnded = (one: Incident) => endingOf(one) === "silent" && one.resolved !== state?.newest;
  return incidents.some((one) => hasEnded(one) || (wasSilent && isLeftOpen(one)));
}

/** The same, with the trouble that silence ended as it was at the last sample; what was remembered until then is lost. */
function asIfHeard(known: Known, expected: Known): Known {
  const ended = known.incidents.find((one) => endingOf(one) === "silent");
  if (ended?.kind !== "anomaly" || !known.state) return known;
  const { ending: _, resolved: __, ...rest } = ended;
  const incident = { ...rest, revision: ended.revision - 1 };
  return {
    ...known,
    state: { ...known.state, incident, ...(expected.state?.memory ? { memory: expected.state.memory } : {}) },
    incidents: known.incidents.map((one) => (one === ended ? incident : one)),
  };
}

/** All stores equal those of the clean run, except for the count of writes, the arrival of copies, and silences. */
function differences(known: Known, expected: Known, puts: readonly Put[]): string[] {
  const arrived = Math.max(...puts.map(({ arrival }) => arrival));
  const comparable = ({ state, incidents, chunks }: Known) => ({
    state: {
      ...{ ...withoutSilence(state), revision: 0, arrived, interval: 0, pending: [], ingest: NOTHING_COUNTED },
      // A copy that the host has forgotten looks like a clock behind, for one record.
      clock: state?.clock?.corrections ?? [],
    },
    incidents: incidents.filter(({ kind }) => kind !== "silent").map(withoutMarks),
    chunks: chunks.map((chunk) => ({ ...chunk, schema: chunk.schema.id })),
  });
  const [left, right] = [comparable(known), comparable(expected)];
  return [
    ...(known.state?.arrived === arrived ? [] : [`arrived ${known.state?.arrived}, the last record ${arrived}`]),
    ...difference("state", left.state, right.state),
    ...difference("incidents", left.incidents, right.incidents),
    ...difference("history", left.chunks, right.chunks),
  ];
}

/** The clean run detects no silent hosts and sends nothing. */
function withoutSilence(state: HostState | undefined): object {
  const { incident, ...rest } = state ?? {};
  return incident && incident.kind !== "silent" ? { ...rest, incident: withoutMarks(incident) } : rest;
}

function withoutMarks(incident: Incident): object {
  const { fleet: _, told: __, texted: ___, ...rest } = recordOf(incident);
  return rest;
}

const DIFFERENCES_SHOWN = 3;

function difference(what: string, left: unknown, right: unknown): string[] {
  if (isDeepStrictEqual(left, right)) return [];
  const entries = (value: unknown) => new Map(Object.entries(value ?? {}));
  const [a, b] = [entries(left), entries(right)];
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter((key) => !isDeepStrictEqual(a.get(key), b.get(key)));
  return keys
    .slice(0, DIFFERENCES_SHOWN)
    .map((key) => `${what} ${key}: ${JSON.stringify(a.get(key))}, without faults ${JSON.stringify(b.get(key))}`);
}

/** History holds each sample at most once, as it was sent, and no other samples. */
function historyViolations(chunks: readonly HistoryChunk[], puts: readonly Put[]): string[] {
  const sent = new Map(puts.flatMap((put) => put.sent!.samples.map(({ time, row }) => [time, row])));
  const violations: string[] = [];
  const seen = new Set<number>();
  for (const { schema, times, values } of chunks) {
    for (const [i, time] of times.entries()) {
      if (seen.has(time)) violations.push(`history has the sample of ${time} twice`);
      seen.add(time);
      const { metrics } = puts[0]!.sent!.host;
      const row = metrics.map((metric) => values[i * schema.names.length + schema.names.indexOf(metric)]);
      const expected = sent.get(time)?.map((value) => value ?? Number.NaN);
      if (!isDeepStrictEqual(row, expected)) violations.push(`history has ${row} at ${time}, sent was ${expected}`);
    }
  }
  return violations;
}

/** What the records alone determine: each sample counts once, and only fresh ones in order of time raise an alarm. */
function ruleViolations({ state, incidents, chunks }: Known, host: Host, puts: readonly Put[]): string[] {
  const { newest, inOrder, times, alarming } = timesOf(puts);
  const seen = host.seen + inOrder;
  const applied = [...times].sort((a, b) => a - b).slice(-64);
  const kept = chunks.reduce((sum, chunk) => sum + chunk.times.length, 0);
  return [
    ...difference(
      "state",
      { seen: state?.seen, newest: state?.newest, applied: state?.applied },
      { seen, newest, applied },
    ),
    ...(host.seen === 0 && kept !== times.size ? [`history has ${kept} of ${times.size} samples`] : []),
    ...incidents
      .filter(({ kind }) => kind !== "silent")
      .map(recordOf)
      .flatMap(({ opened, lastAnomaly, resolved, peak }) => [opened, lastAnomaly, resolved ?? opened, peak.time])
      .filter((time) => !alarming.has(time))
      .map((time) => `the late sample of ${time} took part in an incident`),
  ];
}

/** Times of the samples, how many followed the newest before them, and which of these were not from the past. */
function timesOf(puts: readonly Put[]) {
  let newest = 0;
  let inOrder = 0;
  const times = new Set<number>();
  const alarming = new Set<number>();
  for (const { sent, arrival } of puts) {
    for (const { time } of sent!.samples) {
      times.add(time);
      if (time <= newest) continue;
      newest = time;
      inOrder++;
      if (arrival - time <= PAST_AFTER_MS) alarming.add(time);
    }
  }
  return { newest, inOrder, times, alarming };
}

/**
 * Each delivery of a sample that is not fresh and in order counts as duplicate or late. Each delivery of an unreadable
 * sample counts as rejected.
 */
function countViolations({ state }: Known, puts: readonly Put[], unreadable: number): string[] {
  const { duplicates, late, rejected } = state?.ingest ?? NOTHING_COUNTED;
  const repeated = samplesOf(puts) - timesOf(puts).alarming.size;
  return [
    ...(duplicates + late < repeated ? [`${duplicates} duplicates and ${late} late of ${repeated}`] : []),
    ...(rejected < unreadable ? [`${rejected} rejected of ${unreadable}`] : []),
  ];
}

/** A sample that is delivered once counts once. */
function cleanCountViolations({ state }: Known, puts: readonly Put[]): string[] {
  const originals = puts.filter(({ isCopy }) => !isCopy);
  const { duplicates, late, rejected } = state?.ingest ?? NOTHING_COUNTED;
  const counted = { repeated: duplicates + late, rejected };
  const repeated = samplesOf(originals) - timesOf(originals).alarming.size;
  const broken = originals.filter(({ sent }) => sent!.partlyBroken).length;
  return difference("counts without faults", counted, { repeated, rejected: broken });
}

function samplesOf(puts: readonly Put[]): number {
  return puts.reduce((sum, { sent }) => sum + sent!.samples.length, 0);
}

/**
 * Every decided notice was sent, counted in a digest, included in a fleet incident that was itself decided, or over in
 * a silence. It was sent again only where a run could not record it or another run worked at the same time.
 */
function noticeViolations({ ledger, tally }: Aftermath): string[] {
  const { decided, reasons, publications, runs, fleets } = ledger;
  const violations: string[] = [];
  for (const key of decided.keys()) {
    if (!reasons.has(key)) violations.push(`never told: ${key}`);
    const sent = publications.filter((publication) => publication.key === key);
    if (reasons.get(key) === "told" && sent.length === 0) violations.push(`never published: ${key}`);
    const excused = sent.filter((one) => isExcused(one) || sent.some((other) => overlaps(one, other)));
    if (sent.length > 1 + excused.length) violations.push(`published ${sent.length} times: ${key}`);
    for (let again = 1; again < sent.length; again++) happened(tally, "notice sent again");
  }
  for (const id of fleets) {
    if (!decided.has(`opened ${id}`)) violations.push(`hosts are part of ${id}, which is no fleet's incident`);
  }
  for (const run of runs) {
    const isExact = !run.crashed && !run.hindered && !runs.some((other) => runsOverlap(run, other));
    if (run.digested > run.counted || (isExact && run.digested !== run.counted)) {
      violations.push(`${run.name} took off ${run.digested} notices for a digest of ${run.counted}`);
    }
  }
  return violations;
}

/** No minute has more single messages or digests than the limits allow, no hour more texts; each takes a place. */
function floodViolations({ settings, ledger: { runs, places } }: Aftermath): string[] {
  const crowded = [messagesOf(settings), DIGESTS, textsOf(settings)].flatMap((quota) => crowds(quota, places));
  const uncounted = runs.flatMap((run) => {
    const had = (name: string) => run.places.get(name) ?? 0;
    return [
      ...(run.messages > had("messages") + had("digests") ? [`${run.name} sent ${run.messages} messages`] : []),
      ...(run.texts > had("texts") ? [`${run.name} sent ${run.texts} texts`] : []),
    ];
  });
  return [...crowded, ...uncounted.map((what) => `${what} without a place for each`)];
}

function crowds({ name, most, windowMs }: Quota, places: ReadonlyMap<string, readonly number[]>): string[] {
  const times = (places.get(name) ?? []).toSorted((a, b) => a - b);
  return times
    .filter((time, i) => (times[i + most] ?? Number.POSITIVE_INFINITY) < time + windowMs)
    .map((time) => `more than ${most} ${name} within ${windowMs} ms from ${time}`);
}

/** Whether the run could not remove the notice from the state. */
function isExcused({ key, run }: Publication): boolean {
  return !run.marked.has(key) && (run.crashed || run.hindered);
}

function overlaps({ run }: Publication, { run: other }: Publication): boolean {
  return runsOverlap(run, other);
}

function runsOverlap(run: Run, other: Run): boolean {
  return run !== other && run.startedAt <= other.endedAt && other.startedAt <= run.endedAt;
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
  const lossy = new Set([...ledger.discarded.values()].map(({ sent }) => sent?.host));
  for (const { sequenceNumber, partitionKey, sent } of stream.puts) {
    const reasons = ledger.rejected.get(sequenceNumber);
    const expected = !sent || sent.partlyBroken;
    if (reasons?.length === 0) violations.push(`rejected without a reason: ${sequenceNumber}`);
    if (reasons && !examples.has(partitionKey)) violations.push(`no example: ${sequenceNumber}`);
    if (expected && !reasons && !ledger.discarded.has(sequenceNumber)) violations.push(`vanished: ${sequenceNumber}`);
    if (!expected && reasons && !lossy.has(sent.host)) {
      violations.push(`rejected: ${sequenceNumber} of ${sent.host.name}: ${reasons}`);
    }
  }
  return violations;
}

async function debts({ lived }: Aftermath): Promise<string[]> {
  const desks = (await lived.alerting.desks()).filter(({ pending }) => pending.length > 0);
  const owing = [...(await lived.hosts.withPending()), ...desks.map(({ group }) => `the desk of ${group}`)];
  return owing.map((who) => `${who} still has pending notices`);
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
