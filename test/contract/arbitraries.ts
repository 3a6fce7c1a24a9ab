import fc from "fast-check";
import { NOTICE_KINDS } from "../../lib/incident/notice.ts";
import type { FitReport } from "../../lib/learn/report.ts";
import { CROSSING_COUNTS } from "../../lib/model/crossings.ts";
import { DETECTORS } from "../../lib/model/detector.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import type { HostClock } from "../../lib/watch/clock.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { schemaId, schemaWith } from "../../lib/wire/schemas.ts";
import { assembly } from "./assembly-arbitraries.ts";
import { hostIncidentOf, sample, unread, yes } from "./incident-arbitraries.ts";
import { bandsMemory, counted, features, single, singleScores, windows } from "./memory-arbitraries.ts";
import { modelOf } from "./model-arbitraries.ts";
import { definition, incidentId, name, owner } from "./names.ts";
import { count, positive, time } from "./numbers.ts";

const names = (maximum: number) => fc.uniqueArray(name, { minLength: 1, maxLength: maximum });
export const schema = names(6).map((list) => ({ id: schemaId(list), names: list }));

/** Some of its metrics are derived. */
const schemaOfSamples = schema.chain(({ names }) =>
  fc
    .array(fc.option(definition, { nil: undefined }), { minLength: names.length, maxLength: names.length })
    .map((defined) => schemaWith(names, Object.fromEntries(names.map((one, i) => [one, defined[i]])))),
);

const ascending = fc.uniqueArray(time, { maxLength: 64 }).map((times) => times.sort((a, b) => a - b));

/** Any numbers, and missing ones. */
const vector = fc
  .array(fc.double({ noDefaultInfinity: true }), { maxLength: 40 })
  .map((list) => Float64Array.from(list));

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

/** That of the lowest level began first. */
const openAlerts = fc
  .array(fc.tuple(fc.nat(1_000_000), fc.option(fc.nat(1_000_000)), fc.option(fc.nat(1_000_000))), {
    maxLength: CROSSING_COUNTS / 2,
  })
  .map((steps) => {
    let since = 1_795_348_800_000;
    return steps.map(([later, calm, below]) => {
      since += later;
      return {
        since,
        ...(calm === null ? {} : { last: since + calm }),
        ...(below === null ? {} : { above: since + below }),
      };
    });
  });

const odd = fc.record({ count, last: name, at: time });

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
      backBy: time,
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
