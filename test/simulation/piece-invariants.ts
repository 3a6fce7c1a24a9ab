import { isDeepStrictEqual } from "node:util";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { keptMetrics } from "./derived.ts";
import { happened, type Tally } from "./faults.ts";
import type { Host } from "./fleet.ts";
import { difference, type Known } from "./host-invariants.ts";
import type { Ledger } from "./ledger.ts";
import { judgedName, periodOf, RATE, RATE_BEFORE, type Scattering, tickOf, valueBefore } from "./pieces.ts";
import type { Put } from "./stream.ts";

/** A host and the fate of its records. */
export interface Case {
  readonly known: Known;
  readonly expected: Known;
  readonly host: Host;
  /** Its records. */
  readonly puts: readonly Put[];
  readonly ledger: Ledger;
  readonly tally: Tally;
  /** Whether records were given up. */
  readonly hasLosses: boolean;
}

/** A value as it was sent. */
interface Value {
  readonly put: Put;
  readonly metric: string;
  readonly tick: number;
  readonly time: number;
  readonly value: number;
}

type Rows = ReadonlyMap<number, Readonly<Record<string, number>>>;

/** The samples in history, by time. */
export function rowsOf(chunks: readonly HistoryChunk[]): Rows {
  const rows = chunks.flatMap(({ schema: { names }, times, values }) =>
    [...times].map((time, i) => {
      const row = Object.fromEntries(names.map((name, j) => [name, values[i * names.length + j]!]));
      return [time, row] as const;
    }),
  );
  return new Map(rows.sort(([a], [b]) => a - b));
}

/**
 * Each tick is judged once, from values that were sent for it. No value that came in time is missing, and late ones are
 * counted. A scorer that loses a race may leave a sample in history that came too late for the winner.
 */
export function pieceViolations(one: Case): string[] {
  const { known, expected, puts, host, tally, hasLosses } = one;
  const scattering = host.scattering!;
  happened(tally, "host in pieces");
  const [rows, clean] = [rowsOf(known.chunks), rowsOf(expected.chunks)];
  const values = valuesOf(puts, host, scattering);
  return [
    ...strangers(rows, values, host),
    ...missing(one, rows, values),
    ...(hasLosses
      ? []
      : [...placeViolations(one, rows, values), ...countViolations("", known, lateOf(rows, values).size)]),
    ...countViolations(" without faults", expected, lateOf(clean, values).size),
  ];
}

/**
 * Whether every value came in time, here and in the clean run: then the results must be the same. A host that sends
 * whole samples always has the same.
 */
export function hasSameSamples(one: Case): boolean {
  const { host, known, expected, puts, tally } = one;
  if (!host.scattering) return true;
  const [rows, clean] = [rowsOf(known.chunks), rowsOf(expected.chunks)];
  const isSame =
    isDeepStrictEqual(rows, clean) &&
    valuesOf(puts, host, host.scattering).every((value) => isInTime(one, value, rows));
  if (isSame) happened(tally, "pieces in time");
  return isSame;
}

/** Each value once, by tick and metric. */
function valuesOf(puts: readonly Put[], host: Host, scattering: Scattering): readonly Value[] {
  const kept = new Set(keptMetrics(host));
  return puts
    .filter(({ isCopy }) => !isCopy)
    .flatMap((put) =>
      put.sent!.samples.flatMap(({ time, row }) =>
        put.sent!.metrics.flatMap((metric, i) =>
          kept.has(metric) ? [{ put, metric, tick: tickOf(scattering, time), time, value: row[i]! }] : [],
        ),
      ),
    );
}

/**
 * Values in history that the host never sent, or rates that no two of its totals have. How long a value may stand for
 * itself depends on how often its metric comes, and losses change that. The clean run decides it if nothing is late.
 */
function strangers(rows: Rows, values: readonly Value[], { seen, scattering }: Host): string[] {
  const metrics = [...new Set(values.map(({ metric }) => metric))];
  return [...rows].flatMap(([tick, row]) => {
    const isFit = (metric: string) => {
      const value = row[judgedName(metric)] ?? Number.NaN;
      const before = seen > 0 ? [valueBefore(metric, scattering!)] : [];
      const sent = [...before, ...values.filter((one) => one.metric === metric)];
      const isSent = (one: Sighting) => (judgedName(metric) === RATE ? isRate(value, one, sent) : one.value === value);
      return Number.isNaN(value) || sent.some(isSent);
    };
    const bad = metrics.filter((metric) => !isFit(metric));
    return bad.map((metric) => `history has ${metric} ${row[judgedName(metric)]} at ${tick}, which was not sent`);
  });
}

type Sighting = Pick<Value, "time" | "value">;

function isRate(rate: number, now: Sighting, sent: readonly Sighting[]): boolean {
  const before = sent.filter((one) => one.time < now.time);
  const growths = before.map(({ time, value }) => ((now.value - value) / (now.time - time)) * 1_000);
  return rate === RATE_BEFORE || growths.some((growth) => Math.abs(growth - rate) < 1e-6);
}

/** Values that came in time, were awaited, and are in no sample. */
function missing(one: Case, rows: Rows, values: readonly Value[]): string[] {
  const late = values.filter(({ metric, tick, value }) => {
    const judged = rows.get(tick)?.[judgedName(metric)];
    // A rate has none after a gap.
    return judgedName(metric) === RATE ? judged === undefined : judged !== value;
  });
  if (late.length === 0) return [];
  happened(one.tally, "value too late");
  const due = awaitedInTime(one, rows, values);
  return late
    .filter((value) => due.has(value))
    .map(
      ({ metric, tick, put }) => `${metric} of ${tick}, in record ${put.sequenceNumber}, came in time and is missing`,
    );
}

/** Values by which the scorer knows how often a metric comes. */
const VALUES_MIN = 2;

/** Values without which no scorer may have judged their tick: each came in time, and so did the one before it. */
function awaitedInTime(one: Case, rows: Rows, values: readonly Value[]): ReadonlySet<Value> {
  const { seen, scattering } = one.host;
  const first = Math.min(...values.map(({ tick }) => tick));
  const due = new Set<Value>();
  for (const value of values.toSorted((a, b) => a.tick - b.tick)) {
    const { metric, tick } = value;
    const gap = periodOf(scattering!, metric) * scattering!.every;
    const earlier = values.filter((other) => other.metric === metric && other.tick < tick);
    // A value that is one tick late is still awaited; the interval of a new host's metric follows from two values.
    const isBefore = (other: Pick<Value, "tick">) =>
      other.tick === tick - gap || other.tick === tick - gap - scattering!.every;
    const isNext = seen > 0 && earlier.length === 0 && isBefore({ tick: valueBefore(metric, scattering!).time });
    const isFirst = tick <= first + scattering!.every || isNext;
    const isKnown = seen > 0 || earlier.length >= VALUES_MIN;
    const isAwaited = isFirst || (isKnown && earlier.some((other) => due.has(other) && isBefore(other)));
    if (isAwaited && isInTime(one, value, rows)) due.add(value);
  }
  return due;
}

/** A sample waits this long for its values after the last that came. */
const WAIT_MS = 90_000;

/**
 * Whether no scorer can have judged the tick before it had the value: no newer ticks had begun, and neither this one
 * nor a newer one had waited.
 * Where stores are slow, runs last as long as ticks wait, and nobody can say.
 */
function isInTime({ puts, ledger, host, tally }: Case, { tick, put }: Value, rows: Rows): boolean {
  if (tally.has("slow stores")) return false;
  const scattering = host.scattering!;
  const { every } = scattering;
  const done = ledger.processed.get(put.sequenceNumber);
  if (done === undefined) return false;
  const ticksOf = ({ sent }: Put) => sent!.samples.map(({ time }) => tickOf(scattering, time));
  // If more than one tick is missing, the scorer takes it for a gap.
  const least = rows.has(tick - every) ? tick + 2 * every : tick + every;
  const isBegun = ({ sequenceNumber }: Put) => (ledger.begun.get(sequenceNumber) ?? Number.POSITIVE_INFINITY) < done;
  if (puts.some((other) => ticksOf(other).some((one) => one >= least) && isBegun(other))) return false;
  const hasWaited = ({ arrival }: Put) => done - arrival > WAIT_MS;
  if (puts.some((other) => ticksOf(other).some((one) => one > tick) && hasWaited(other))) return false;
  const own = puts.filter((other) => ticksOf(other).includes(tick));
  return done - Math.min(...own.map(({ arrival }) => arrival)) <= WAIT_MS;
}

/** The state counts and remembers the samples of history, but those that came too late. */
function placeViolations(one: Case, rows: Rows, values: readonly Value[]): string[] {
  const {
    known: { state },
    host,
  } = one;
  const mayBeLate = (tick: number) => values.every((value) => value.tick !== tick || !isInTime(one, value, rows));
  const unseen = [...rows.keys()].filter((time) => !state?.applied.includes(time) && !mayBeLate(time));
  const strange = (state?.applied ?? []).filter((time) => !rows.has(time));
  return [
    ...unseen.map((time) => `history has a sample at ${time}, which the state has not`),
    ...strange.map((time) => `the state has a sample at ${time}, which history has not`),
    ...difference("state", { seen: state?.seen }, { seen: host.seen + (state?.applied.length ?? 0) }),
  ];
}

/** Records whose values came too late. */
function lateOf(rows: Rows, values: readonly Value[]): ReadonlySet<Put> {
  return new Set(values.filter(({ tick }) => !rows.has(tick)).map(({ put }) => put));
}

function countViolations(when: string, { state }: Known, late: number): string[] {
  const { duplicates = 0, late: counted = 0 } = state?.ingest ?? {};
  return duplicates + counted < late ? [`${duplicates} duplicates and ${counted} late of ${late}${when}`] : [];
}
