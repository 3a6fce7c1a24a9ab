import fc from "fast-check";
import { type Cause, SIGNS } from "../../lib/incident/cause.ts";
import { ENDINGS, type FleetIncident, type HostIncident } from "../../lib/incident/incident.ts";
import type { JudgedSample, Worst } from "../../lib/incident/judgement.ts";
import { CATEGORIES, type Label } from "../../lib/incident/label.ts";
import { incidentId, name, owner } from "./names.ts";
import { count, finite, time } from "./numbers.ts";

const reference = fc.record({ owner, version: count });

const cause: fc.Arbitrary<Cause> = fc.record(
  {
    ...{ metric: name, now: finite, expected: finite, low: finite, high: finite },
    ...{ contribution: finite, share: finite, normalAt: finite, sign: fc.constantFrom(...SIGNS) },
    ...{ unit: fc.constantFrom("MB/s", "%"), predicted: fc.constant(true as const) },
  },
  { requiredKeys: ["metric", "now", "expected", "low", "high", "contribution", "share"] },
);

export const sample: fc.Arbitrary<JudgedSample> = fc.record(
  { time, judgement: fc.record({ score: finite, epsilon: finite, baseline: reference }) },
  { requiredKeys: ["time"] },
);
const worst: fc.Arbitrary<Worst> = fc.record({ peak: sample, causes: fc.array(cause, { maxLength: 3 }) });

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

export const yes = fc.constant(true as const);

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

export const unread = fc.record({ since: time, reason: name });

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
      ...{ emerging, also, alsoSeen: time, latest, trend, exceeded: time },
    },
  );
  return fc.oneof(
    fc.tuple(anomaly, worst).map(([one, { peak, causes }]) => ({ ...one, peak, causes })),
    anyWith(
      { kind: fc.constant("silent" as const), ...about, noticed: time, lastSample: sample },
      { ...rareOfHost, unread, backBy: time },
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
    category: fc.constantFrom(...CATEGORIES),
  },
  { requiredKeys: ["verdict", "at", "by"] },
);
