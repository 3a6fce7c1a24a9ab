import { isDeepStrictEqual } from "node:util";
import { type Also, endingOf, type Incident } from "../../lib/incident/incident.ts";
import { recordOf } from "../../lib/incident/record.ts";
import type { MemoryStores } from "../../lib/store/memory.ts";
import { PAST_AFTER_MS } from "../../lib/watch/clock.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { NOTHING_COUNTED } from "../../lib/watch/ingest.ts";
import type { Lapsed } from "../../lib/watch/life.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { answersKey } from "./bystanders.ts";
import { keptMetrics } from "./derived.ts";
import { happened } from "./faults.ts";
import { featureViolations } from "./feature-invariants.ts";
import type { Host } from "./fleet.ts";
import type { Aftermath } from "./invariants.ts";
import { type Ledger, noticeKey } from "./ledger.ts";
import { type Case, hasSameSamples, pieceViolations } from "./piece-invariants.ts";
import type { Put } from "./stream.ts";

/** The stored data of one host. */
export interface Known {
  readonly state: HostState | undefined;
  readonly incidents: readonly Incident[];
  readonly chunks: readonly HistoryChunk[];
}

/** Violations in the stored data of a host. */
export async function hostViolations(
  { stream, ledger, tally, lived, clean }: Aftermath,
  host: Host,
): Promise<string[]> {
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
  const vanished = silent.map(({ sequenceNumber }) => `${host.name}: record ${sequenceNumber} vanished`);
  if (ledger.harmed.has(host.name)) return vanished;
  const one: Case = { known, expected, host, puts, ledger, tally, hasLosses };
  const isSame = hasSameSamples(one);
  return [
    ...vanished,
    ...answerViolations(known, ledger),
    ...(await baselineViolations(known, lived, ledger)),
    ...(host.scattering
      ? pieceViolations(one)
      : [
          ...(hasLosses ? [] : countViolations(known, puts, unreadable.length)),
          ...cleanCountViolations(expected, puts),
          ...historyViolations(known.chunks, puts),
          ...(hasLosses ? [] : ruleViolations(known, host, puts)),
        ]),
    ...(host.isDerived ? featureViolations(one, isSame) : []),
    ...(ledger.disturbed.has(host.name) ? [] : openViolations(known, hasLosses)),
    ...(hasLosses || hasReturned(known) || !isSame
      ? []
      : [...differences(asIfHeard(known, expected), expected, puts), ...undecided(expected, ledger)]),
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
 * Whether the host was in trouble, fell silent, and sent again: in the clean run the trouble went on. A scorer that lost
 * the race to the sweep may have stored an end of its own, at a later sample: then the silence lies within the trouble.
 */
function hasReturned({ state, incidents }: Known): boolean {
  const silences = incidents.filter(({ kind, resolved }) => kind === "silent" && resolved !== undefined);
  const isAround = ({ opened, resolved = 0 }: Incident) =>
    silences.some((one) => opened < one.opened && one.opened < resolved);
  return incidents.some((one) => (endingOf(one) === "silent" && one.resolved !== state?.newest) || isAround(one));
}

/**
 * The incident that is open in the table is the one in the host's state. A sweep that was killed between the two may
 * have left out one that is part of a fleet's, since that needs no notice of its own. A scorer that was killed between
 * the two may have stored an end; if its record was then given up, the host's next record brings the state.
 */
function openViolations({ state, incidents }: Known, hasLosses: boolean): string[] {
  const open = incidents.filter(({ resolved }) => resolved === undefined).map(({ id }) => id);
  const own = incidents.find(({ id }) => id === state?.incident?.id);
  if (open.length === 0 && state?.incident?.fleet !== undefined) return [];
  if (open.length === 0 && hasLosses && own?.resolved !== undefined) return [];
  return difference("open incidents", open, state?.incident ? [state.incident.id] : []);
}

/** The last label and acknowledgement of an incident are stored. */
function answerViolations({ incidents }: Known, { answers }: Ledger): string[] {
  return incidents.flatMap((incident) => {
    const { labels = [], acknowledgement } = answers.get(answersKey(incident)) ?? {};
    const { id, label, acknowledged } = incident;
    return difference(
      `answers to ${id}`,
      { label, acknowledged },
      { label: labels.at(-1), acknowledged: acknowledgement },
    );
  });
}

/** A scorer may use a baseline for a minute after its replacement; a read may miss the latest seconds. */
const OUTDATED_MS = 70_000;

/** The host was judged by a baseline that exists, and that was active a short time before. */
async function baselineViolations(
  { state }: Known,
  lived: MemoryStores,
  { promotions, scoredSince }: Ledger,
): Promise<string[]> {
  if (!state?.verdict) return [];
  const { owner, version } = state.verdict.baseline;
  if (!(await lived.baselines.version(owner, version))) return [`judged by version ${version} of ${owner}`];
  const known = (scoredSince.get(state.host) ?? 0) - OUTDATED_MS;
  const newest = promotions.findLast((one) => one.owner === owner && one.at < known)?.version ?? 0;
  return version < newest ? [`judged by version ${version} of ${owner}, long after ${newest}`] : [];
}

/** Notices of the clean run that were never pending in a stored state, or under another revision of the incident. */
function undecided({ state }: Known, { decided }: Ledger): string[] {
  return (state?.pending ?? [])
    .filter((notice) => decided.get(noticeKey(notice))?.revision !== notice.revision)
    .map((notice) => `never decided: ${noticeKey(notice)} in revision ${notice.revision}`);
}

/** The same, with the trouble that silence ended as it was at the last sample. Its memory until then is lost. */
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
      ...{
        ...withoutSilence(state),
        ...withoutVersion(state),
        revision: 0,
        arrived,
        interval: 0,
        pending: [],
        ingest: NOTHING_COUNTED,
      },
      // A copy that the host has forgotten looks like a clock behind, for one record.
      clock: state?.clock?.corrections ?? [],
    },
    incidents: incidents.filter(({ kind }) => kind !== "silent").map(withoutMarks),
    // A refit may come between any two samples, so the version may be another, but not its owner.
    chunks: chunks.map((chunk) => ({ ...chunk, schema: chunk.schema.id, judge: chunk.judge?.isGroups })),
  });
  const [left, right] = [comparable(known), comparable(expected)];
  return [
    ...(known.state?.arrived === arrived ? [] : [`arrived ${known.state?.arrived}, the last record ${arrived}`]),
    ...difference("state", left.state, right.state),
    ...difference("incidents", left.incidents, right.incidents),
    ...difference("history", left.chunks, right.chunks),
    // A copy that arrives just before a record hides the gap between that and the one before.
    ...(known.state?.interval === 0 && expected.state?.interval !== 0 && !puts.some(({ isCopy }) => isCopy)
      ? ["its interval is not known"]
      : []),
  ];
}

/**
 * The clean run detects no silent hosts, sends nothing, and meets no unreadable record. Only a sweep notes since when a
 * host has no judged samples.
 */
function withoutSilence(state: HostState | undefined): object {
  const { incident, unread: _, unjudged, ...rest } = state ?? {};
  const own = { ...rest, isUnjudged: unjudged !== undefined };
  return incident && incident.kind !== "silent" ? { ...own, incident: withoutMarks(incident) } : own;
}

function withoutMarks(incident: Incident): object {
  const marks = ["fleet", "told", "texted", "notified", "held", "quiet", "label", "earlierLabels", "acknowledged"];
  const record = recordOf(incident);
  const also = incident.kind === "anomaly" && incident.also ? { also: withoutJudge(incident.also) } : {};
  const entries = Object.entries({ ...record, ...also, baseline: record.baseline.owner });
  return Object.fromEntries(entries.filter(([name]) => !marks.includes(name)));
}

/** A refit may come between any two samples; here it changes nothing but the version. */
function withoutVersion(state: HostState | undefined): object {
  const { verdict, lapsed = [] } = state ?? {};
  return {
    ...(verdict ? { verdict: { ...verdict, baseline: verdict.baseline.owner } } : {}),
    lapsed: lapsed.map(withoutJudge),
  };
}

function withoutJudge({ peak, ...rest }: Also | Lapsed): object {
  return { ...rest, peak: [peak.time, peak.judgement?.score] };
}

const DIFFERENCES_SHOWN = 3;

export function difference(what: string, left: unknown, right: unknown): string[] {
  if (isDeepStrictEqual(left, right)) return [];
  const entries = (value: unknown) => new Map(Object.entries(value ?? {}));
  const [a, b] = [entries(left), entries(right)];
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter((key) => !isDeepStrictEqual(a.get(key), b.get(key)));
  return keys
    .slice(0, DIFFERENCES_SHOWN)
    .map((key) => `${what} ${key}: ${JSON.stringify(a.get(key))}, without faults ${JSON.stringify(b.get(key))}`);
}

const METRICS_SHOWN = 4;

/** History holds each sample at most once, as it was sent, and no other samples. */
function historyViolations(chunks: readonly HistoryChunk[], puts: readonly Put[]): string[] {
  const sent = new Map(puts.flatMap((put) => put.sent!.samples.map(({ time, row }) => [time, row])));
  const violations: string[] = [];
  const seen = new Set<number>();
  for (const { schema, times, values } of chunks) {
    for (const [i, time] of times.entries()) {
      if (seen.has(time)) violations.push(`history has the sample of ${time} twice`);
      seen.add(time);
      const { host } = puts[0]!.sent!;
      const metrics = keptMetrics(host);
      const row = metrics.map((metric) => values[i * schema.names.length + schema.names.indexOf(metric)]);
      const expected = sent
        .get(time)
        ?.flatMap((value, j) => (metrics.includes(host.metrics[j]!) ? (value ?? Number.NaN) : []));
      if (!isDeepStrictEqual(row, expected)) {
        const shown = METRICS_SHOWN;
        violations.push(`history has ${row.slice(0, shown)} at ${time}, sent was ${expected?.slice(0, shown)}`);
      }
    }
  }
  return violations;
}

/**
 * The results that the records alone determine: each sample counts once, and only fresh ones in order of time raise an
 * alarm.
 */
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
