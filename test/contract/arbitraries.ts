import fc from "fast-check";
import { type Cause, SIGNS } from "../../lib/incident/cause.ts";
import { ENDINGS, type FleetIncident, type HostIncident } from "../../lib/incident/incident.ts";
import type { JudgedSample, Worst } from "../../lib/incident/judgement.ts";
import type { Label } from "../../lib/incident/label.ts";
import { NOTICE_KINDS } from "../../lib/incident/notice.ts";
import type { FitReport } from "../../lib/learn/report.ts";
import type { BandsMemory } from "../../lib/model/band-memory.ts";
import { CROSSING_COUNTS } from "../../lib/model/crossings.ts";
import { DETECTORS } from "../../lib/model/detector.ts";
import { AVERAGES, STEPS } from "../../lib/model/drift.ts";
import { JOINT_MEMORY } from "../../lib/model/joint-reading.ts";
import { RECENT } from "../../lib/model/persistence.ts";
import type { WindowMemory } from "../../lib/model/window-memory.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import type { HostClock } from "../../lib/watch/clock.ts";
import type { FeatureMemory } from "../../lib/watch/derive.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { schemaId, schemaWith } from "../../lib/wire/schemas.ts";
import { assembly } from "./assembly-arbitraries.ts";
import { modelOf } from "./model-arbitraries.ts";
import { array, count, finite, positive } from "./numbers.ts";

/** Without −0, which neither JSON nor DynamoDB tells from 0. */
const time = fc.integer({ min: 1, max: 4_102_444_800_000 });
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 24 });
const owner = fc.oneof(
  name.map((host) => `host#${host}`),
  name.map((group) => `group#${group}`),
);
const reference = fc.record({ owner, version: count });

const names = (maximum: number) => fc.uniqueArray(name, { minLength: 1, maxLength: maximum });
export const schema = names(6).map((list) => ({ id: schemaId(list), names: list }));

const definition = fc.stringMatching(/^[0-9a-f]{8}$/);
const definitions = fc.dictionary(name, definition, { maxKeys: 6 });
/** Some of its metrics are derived. */
const schemaOfSamples = schema.chain(({ names }) =>
  fc
    .array(fc.option(definition, { nil: undefined }), { minLength: names.length, maxLength: names.length })
    .map((defined) => schemaWith(names, Object.fromEntries(names.map((one, i) => [one, defined[i]])))),
);

const cause: fc.Arbitrary<Cause> = fc.record(
  {
    ...{ metric: name, now: finite, expected: finite, low: finite, high: finite },
    ...{ contribution: finite, share: finite, normalAt: finite, sign: fc.constantFrom(...SIGNS) },
  },
  { requiredKeys: ["metric", "now", "expected", "low", "high", "contribution", "share"] },
);

const sample: fc.Arbitrary<JudgedSample> = fc.record(
  { time, judgement: fc.record({ score: finite, epsilon: finite, baseline: reference }) },
  { requiredKeys: ["time"] },
);
const worst: fc.Arbitrary<Worst> = fc.record({ peak: sample, causes: fc.array(cause, { maxLength: 3 }) });

const incidentId = fc.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/);
const baseFields = { id: incidentId, group: name, revision: count, opened: time };

const memberOfFleet = fc.record({ host: name, id: incidentId });

const rules = fc.array(
  fc.record({
    rule: name,
    severity: fc.constantFrom("warning" as const, "critical" as const),
    since: time,
    values: fc.array(fc.record({ metric: name, now: finite }), { maxLength: 3 }),
  }),
  { maxLength: 3 },
);

const extent = fc.record(
  { affected: count, total: count, silent: count, remaining: count, first: fc.array(memberOfFleet, { maxLength: 5 }) },
  { requiredKeys: ["affected", "total", "silent", "first"] },
);

const yes = fc.constant(true as const);

const patterns = fc.array(
  fc.oneof(
    name.map((metric) => `high ${metric}`),
    fc.constant("silent"),
  ),
  { maxLength: 4 },
);
const readingOfMetric = fc.record({ metric: name, now: finite, expected: finite, low: finite, high: finite });
const latest = fc.record({ time, readings: fc.array(readingOfMetric, { maxLength: 3 }) });
const trend = fc.record({ metric: name, since: time, samples: count, mean: finite, recent: finite });
const emerging = fc.array(fc.record({ pattern: name, seen: count }), { minLength: 1, maxLength: 3 });
const also = fc
  .tuple(worst, fc.record({ rules }, { requiredKeys: [] }))
  .map(([{ peak, causes }, rare]) => ({ peak, causes, ...rare }));

/** The fields of any incident, and those of one of a host. */
const dependents = fc.record({
  ...{ hosts: count, told: count },
  groups: fc.array(fc.record({ group: name, hosts: count }), { maxLength: 3 }),
});
const rareFields = { resolved: time, reminded: yes, texted: yes, notified: time, held: yes, dependents };
const rareOfHost = {
  ...rareFields,
  ...{ fleet: incidentId, told: yes, parent: incidentId, ending: fc.constantFrom(...ENDINGS) },
};

const unread = fc.record({ since: time, reason: name });
const odd = fc.record({ count, last: name, at: time });

function anyWith<T, R>(required: { [K in keyof T]: fc.Arbitrary<T[K]> }, rare: { [K in keyof R]: fc.Arbitrary<R[K]> }) {
  return fc.tuple(fc.record(required), fc.record(rare, { requiredKeys: [] })).map(([a, b]) => ({ ...a, ...b }));
}

export function hostIncidentOf(host: string): fc.Arbitrary<HostIncident> {
  const about = { host: fc.constant(host), ...baseFields };
  const counts = { lastAnomaly: time, samples: count, anomalies: count };
  const anomaly = anyWith(
    { kind: fc.constant("anomaly" as const), ...about, ...counts },
    {
      ...{ ...rareOfHost, rules, unstable: yes, quiet: incidentId, asked: yes, worsened: time, patterns },
      ...{ emerging, also, alsoSeen: time, latest, trend },
    },
  );
  return fc.oneof(
    fc.tuple(anomaly, worst).map(([one, { peak, causes }]) => ({ ...one, peak, causes })),
    anyWith(
      { kind: fc.constant("silent" as const), ...about, noticed: time, lastSample: sample },
      { ...rareOfHost, unread },
    ),
  );
}

export const fleetIncident: fc.Arbitrary<FleetIncident> = fc
  .tuple(
    anyWith(
      { kind: fc.constant("fleet" as const), ...baseFields, extent, grown: time, samples: count, anomalies: count },
      { ...rareFields, rules, patterns, latest, spread: yes, announced: fc.record({ affected: count, at: time }) },
    ),
    worst,
  )
  .map(([one, { peak, causes }]) => ({ ...one, peak, causes }));

export const label: fc.Arbitrary<Label> = fc.record(
  {
    verdict: fc.constantFrom("fault", "false", "expected", "new-normal", "unknown"),
    at: time,
    by: fc.string(),
    note: fc.string({ unit: "grapheme" }),
  },
  { requiredKeys: ["verdict", "at", "by"] },
);

const ascending = fc.uniqueArray(time, { maxLength: 64 }).map((times) => times.sort((a, b) => a - b));

/** Any numbers, and missing ones. */
const vector = fc
  .array(fc.double({ noDefaultInfinity: true }), { maxLength: 40 })
  .map((list) => Float64Array.from(list));

/** Numbers that single precision holds. */
const single = fc.float({ noNaN: true, noDefaultInfinity: true });

const step = fc.integer({ min: -STEPS, max: STEPS }).map((steps) => steps / STEPS);
/** Singles without −0. */
const reading = single.map((x) => x + 0);
const runs = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(65_535) });

/** The memory of calendar bands of a host, young or grown. */
/** The memory of single metrics exists only while some count does. */
const signCounts = fc
  .integer({ min: 1, max: 12 })
  .chain((metrics) => fc.record({ run: array(runs, metrics), gone: array(runs, metrics) }));
const singleScores = array(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), 4).map((last) => ({ last }));
/** The memory beside detectors other than bands. */
const counted = <T extends object>(memory: fc.Arbitrary<T>) =>
  fc.oneof(
    memory,
    fc.tuple(memory, signCounts).map(([one, counts]) => ({ ...one, counts })),
  );

export const bandsMemory: fc.Arbitrary<BandsMemory> = fc.nat(12).chain((metrics) => {
  const young = fc.record({
    level: array(reading, metrics),
    deviation: array(reading, metrics),
    seen: array(count, metrics),
  });
  return fc.record(
    {
      recent: array(fc.oneof(fc.constant(0), reading), RECENT * metrics),
      averages: array(step, AVERAGES * metrics),
      place: array(step, metrics),
      joint: array(reading, JOINT_MEMORY),
      run: array(runs, metrics),
      gone: array(runs, metrics),
      young,
    },
    { requiredKeys: ["recent", "averages", "place", "joint", "run", "gone"] },
  );
});

const windows: fc.Arbitrary<WindowMemory> = fc.tuple(fc.nat(12), fc.nat(4)).chain(([metrics, samples]) => {
  const singles = (length: number) => array(single, length).map((list) => Float32Array.from(list));
  const past = fc.int8Array({ minLength: samples * metrics, maxLength: samples * metrics });
  return fc.record({ past, level: singles(metrics), deviation: singles(metrics), averages: singles(2) });
});

const verdictUnder = (host: string, group: string) =>
  fc.record({
    score: single,
    epsilon: single,
    baseline: fc.record({
      owner: fc.oneof(owner, fc.constant(`host#${host}`), fc.constant(`group#${group}`)),
      version: count,
    }),
  });

const offset = fc.integer({ min: -4_102_444_800_000, max: 4_102_444_800_000 });
const clock: fc.Arbitrary<HostClock> = fc.record(
  {
    run: fc.record({ since: time, records: count, least: offset, most: offset }),
    corrections: fc.array(fc.record({ offset, after: time, until: time }, { requiredKeys: ["offset", "after"] }), {
      maxLength: 3,
    }),
    told: yes,
  },
  { requiredKeys: ["corrections"] },
);

const anyOrNaN = fc.double({ noDefaultInfinity: true }).map((x) => x + 0);
const features: fc.Arbitrary<FeatureMemory> = fc.record({
  sent: fc.stringMatching(/^[0-9a-f]{16}$/),
  defined: definitions,
  every: count,
  series: fc.dictionary(definition, fc.array(anyOrNaN, { maxLength: 10 }), { maxKeys: 4 }),
  unmade: fc.array(name, { maxLength: 3 }),
  leftOut: count,
});

/** That of the lowest level began first. */
const openAlerts = fc
  .array(fc.tuple(fc.nat(1_000_000), fc.option(fc.nat(1_000_000), { nil: undefined })), {
    maxLength: CROSSING_COUNTS / 2,
  })
  .map((steps) => {
    let since = 1_795_348_800_000;
    return steps.map(([later, calm]) => {
      since += later;
      return calm === undefined ? { since } : { since, last: since + calm };
    });
  });

export function stateOf(host: string): fc.Arbitrary<HostState> {
  const state = fc.record({
    host: fc.constant(host),
    group: name,
    revision: fc.constant(0),
    seen: count,
    flagged: count,
    ingest: fc.oneof(
      fc.constant({ duplicates: 0, late: 0, rejected: 0 }),
      fc.record({ duplicates: count, late: count, rejected: fc.maxSafeNat() }),
    ),
    since: time,
    crossings: fc.record({
      week: fc.nat(65_535),
      counts: fc.uint8Array({ minLength: CROSSING_COUNTS, maxLength: CROSSING_COUNTS }),
      open: openAlerts,
    }),
    newest: time,
    arrived: fc
      .double({ min: 0, max: 4_102_444_800_000, noNaN: true })
      .map((x) => x + 0)
      .map((x) => (x < 1e-100 ? 0 : x)),
    interval: count,
    retired: fc.boolean(),
    applied: ascending,
    schema: fc.stringMatching(/^[0-9a-f]{8}$/),
    vector,
    rules: fc.array(fc.record({ text: name, since: time }), { maxLength: 3 }),
    lapsed: fc.array(
      fc.record(
        { at: time, patterns: fc.array(name, { maxLength: 6 }), peak: sample, within: count },
        { requiredKeys: ["at", "patterns", "peak"] },
      ),
      { maxLength: 4 },
    ),
    offSoon: fc.boolean(),
    pending: fc.array(
      fc.record(
        { kind: fc.constantFrom(...NOTICE_KINDS), id: incidentId, opened: time, revision: count, since: time },
        { requiredKeys: ["kind", "id", "opened", "revision"] },
      ),
      { maxLength: 3 },
    ),
  });
  return state.chain((required) => {
    const optional = {
      verdict: verdictUnder(host, required.group),
      memory: fc.oneof(counted(singleScores), bandsMemory, counted(windows)),
      incident: hostIncidentOf(host),
      clock,
      unread,
      unjudged: fc.record({ since: time, told: yes }, { requiredKeys: [] }),
      assembly,
      features,
      former: fc.record({ schema: fc.stringMatching(/^[0-9a-f]{16}$/), time }),
      odd,
      attributes: fc.dictionary(
        name.filter((one) => one !== "__proto__"),
        name,
        { maxKeys: 3, noNullPrototype: true },
      ),
    };
    return fc.record(optional, { requiredKeys: [] }).map((rest) => ({ ...required, ...rest }));
  });
}

/** Any order of distinct times, as late samples come. */
export function chunkOf(host: string): fc.Arbitrary<HistoryChunk> {
  return fc.tuple(schemaOfSamples, fc.uniqueArray(time, { minLength: 1, maxLength: 20 })).chain(([known, times]) => {
    const cells = times.length * known.names.length;
    const value = fc.double({ noDefaultInfinity: true });
    return fc.record({
      host: fc.constant(host),
      schema: fc.constant(known),
      times: fc.constant(Float64Array.from(times)),
      values: fc.array(value, { minLength: cells, maxLength: cells }).map((list) => Float64Array.from(list)),
      flags: fc.uint8Array({ minLength: times.length, maxLength: times.length }),
    });
  });
}

export function baselineOf(of: string): fc.Arbitrary<Baseline> {
  return schemaOfSamples.chain((known) =>
    fc.record({
      owner: fc.constant(of),
      version: fc.integer({ min: 1, max: 999_999 }),
      schema: fc.constant(known),
      model: modelOf(known.names.length),
      epsilon: positive,
      samples: count,
      fitted: time,
    }),
  );
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const estimate = fc.record({ value: share, low: share, high: share });

export function reportOf(of: string): fc.Arbitrary<FitReport> {
  return fc.record(
    {
      owner: fc.constant(of),
      version: fc.integer({ min: 1, max: 999_999 }),
      at: time,
      detector: fc.constantFrom(...DETECTORS),
      covariance: fc.constantFrom("diagonal" as const, "full" as const),
      samples: count,
      excluded: count,
      epsilon: positive,
      source: fc.constantFrom(
        ...([
          "default",
          "quantile",
          "false labels",
          "labels",
          "group labels",
          "budget",
          "by hand",
          "group by hand",
        ] as const),
      ),
      labels: fc.record({ fault: fc.array(incidentId), false: fc.array(incidentId) }),
      quality: fc.record({ f1: share, precision: estimate, recall: estimate }),
      rows: fc.record(
        {
          ...{ rows: count, caught: count, missed: count, falseAlarms: count, least: positive },
          density: fc.record({ exact: positive, scan: positive }, { requiredKeys: ["exact"] }),
          scan: fc.record({ epsilon: positive, f1: share }),
        },
        { requiredKeys: ["rows", "caught", "missed", "falseAlarms", "least"] },
      ),
      budget: fc.record(
        { allowed: positive, before: positive, after: positive, ceiling: positive },
        { requiredKeys: ["allowed", "before", "after"] },
      ),
      flagRate: share,
      shortened: fc.record({ days: positive, refused: fc.string({ unit: "grapheme" }) }),
      by: name,
      from: fc.integer({ min: 1, max: 999_999 }),
      refused: fc.string({ unit: "grapheme" }),
    },
    {
      requiredKeys: [
        "owner",
        "version",
        "at",
        "detector",
        "covariance",
        "samples",
        "excluded",
        "epsilon",
        "source",
        "labels",
        "flagRate",
      ],
    },
  );
}
