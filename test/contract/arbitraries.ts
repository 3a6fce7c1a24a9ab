import fc from "fast-check";
import type { FitReport } from "../../lib/learn/report.ts";
import { diagonalGaussian, type Gaussian, whitenedGaussian } from "../../lib/model/gaussian.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import type { Cause, Incident, Label, Worst } from "../../lib/watch/incident.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { schemaId } from "../../lib/wire/schemas.ts";

/** Without −0, which neither JSON nor DynamoDB tells from 0. */
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
const count = fc.nat();
const time = fc.integer({ min: 1, max: 4_102_444_800_000 });
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 24 });
const owner = fc.oneof(
  name.map((host) => `host#${host}`),
  name.map((group) => `group#${group}`),
);
const reference = fc.record({ owner, version: count });

const names = (maximum: number) => fc.uniqueArray(name, { minLength: 1, maxLength: maximum });
export const schema = names(6).map((list) => ({ id: schemaId(list), names: list }));

const cause: fc.Arbitrary<Cause> = fc.record(
  { metric: name, now: finite, expected: finite, low: finite, high: finite, share: finite, normalAt: finite },
  { requiredKeys: ["metric", "now", "expected", "low", "high", "share"] },
);

const incidentFields = {
  id: fc.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/),
  group: name,
  revision: count,
  opened: time,
  lastAnomaly: time,
  resolved: time,
  samples: count,
  anomalies: count,
  peak: fc.record({ time, score: finite }),
  epsilon: finite,
  baseline: reference,
  causes: fc.array(cause, { maxLength: 3 }),
};

const { peak, epsilon, baseline: judge, causes } = incidentFields;
const worst: fc.Arbitrary<Worst> = fc.record({ peak, epsilon, baseline: judge, causes });

export function incidentOf(host: string): fc.Arbitrary<Incident> {
  return fc.record(
    { host: fc.constant(host), ...incidentFields },
    {
      requiredKeys: [
        "host",
        "id",
        "group",
        "revision",
        "opened",
        "lastAnomaly",
        "samples",
        "anomalies",
        "peak",
        "epsilon",
        "baseline",
        "causes",
      ],
    },
  );
}

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

/** Numbers that fit single precision, and missing ones. */
const vector = fc
  .array(fc.float({ noDefaultInfinity: true }), { maxLength: 40 })
  .map((list) => Float64Array.from(list, (x) => x + 0));

export function stateOf(host: string): fc.Arbitrary<HostState> {
  const state = fc.record({
    host: fc.constant(host),
    group: name,
    revision: fc.constant(0),
    seen: count,
    newest: time,
    arrived: fc
      .double({ min: 0, max: 4_102_444_800_000, noNaN: true })
      .map((x) => x + 0)
      .map((x) => (x < 1e-100 ? 0 : x)),
    applied: ascending,
    schema: fc.stringMatching(/^[0-9a-f]{8}$/),
    vector,
    window: fc.integer({ min: 0, max: 31 }),
    suspects: fc.array(worst, { maxLength: 2 }),
    calm: count,
    clockAhead: fc.boolean(),
    unsent: fc.array(
      fc.record({ kind: fc.constantFrom("opened" as const, "resolved" as const), id: incidentFields.id, opened: time }),
      { maxLength: 3 },
    ),
  });
  const optional = fc.record(
    { verdict: fc.record({ score: finite, epsilon: finite, baseline: reference }), incident: incidentOf(host) },
    { requiredKeys: [] },
  );
  return fc.tuple(state, optional).map(([required, rest]) => ({ ...required, ...rest }));
}

/** Any order of distinct times, as late samples come. */
export function chunkOf(host: string): fc.Arbitrary<HistoryChunk> {
  return fc.tuple(schema, fc.uniqueArray(time, { minLength: 1, maxLength: 20 })).chain(([known, times]) => {
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

const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });

function modelOf(features: number): fc.Arbitrary<Gaussian> {
  const array = (element: fc.Arbitrary<number>, length: number) =>
    fc.array(element, { minLength: length, maxLength: length }).map((list) => Float64Array.from(list));
  const mean = array(finite, features);
  const sd = array(positive, features);
  const packed = array(finite, (features * (features + 1)) / 2);
  const diagonal = array(positive, features);
  return fc.oneof(
    fc.tuple(mean, sd).map(([m, s]) => diagonalGaussian(m, s)),
    fc.tuple(mean, sd, packed, diagonal).map(([m, s, w, d]) => {
      for (let i = 0; i < features; i++) w[(i * (i + 3)) / 2] = d[i]!;
      return whitenedGaussian(m, s, w);
    }),
  );
}

export function baselineOf(of: string): fc.Arbitrary<Baseline> {
  return schema.chain((known) =>
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

export function reportOf(of: string): fc.Arbitrary<FitReport> {
  return fc.record(
    {
      owner: fc.constant(of),
      version: fc.integer({ min: 1, max: 999_999 }),
      at: time,
      covariance: fc.constantFrom("diagonal" as const, "full" as const),
      samples: count,
      excluded: count,
      epsilon: positive,
      source: fc.constantFrom("labels", "group labels", "quantile and false labels", "quantile"),
      labels: fc.record({ fault: fc.array(incidentFields.id), false: fc.array(incidentFields.id) }),
      quality: fc.record({ f1: share, precision: share, recall: share }),
      flagRate: share,
      refused: fc.string({ unit: "grapheme" }),
    },
    {
      requiredKeys: [
        "owner",
        "version",
        "at",
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
