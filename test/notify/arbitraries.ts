import fc from "fast-check";
import type {
  ClocksNews,
  DigestNews,
  EpsilonNews,
  News,
  RefusalNews,
  SubscriptionsNews,
  TextsHeldNews,
  UnjudgedNews,
} from "../../lib/alert/news.ts";
import type { Silence } from "../../lib/alert/silence.ts";
import { type Cause, SIGNS } from "../../lib/incident/cause.ts";
import type { Extent } from "../../lib/incident/extent.ts";
import { ENDINGS, type Incident } from "../../lib/incident/incident.ts";
import type { JudgedSample } from "../../lib/incident/judgement.ts";
import type { Verdict } from "../../lib/incident/label.ts";
import { NOTICE_KINDS, type Notice } from "../../lib/incident/notice.ts";
import type { RuleHit } from "../../lib/incident/rule-hit.ts";
import type { Severity } from "../../lib/incident/severity.ts";
import { TELLING, TRAFFIC } from "../../lib/incident/surroundings.ts";

/** Any UTF-16 units, so with lone surrogates, controls and line breaks; any code points; and long runs of one that is costly somewhere. */
export const anyName = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc
    .tuple(
      fc.constantFrom("\u{1f4a5}", '"', "\\", "\n", "\ud800", "\u0000", "é", "\ufdfa", "[", "a", "\u0301"),
      fc.nat(400),
    )
    .map(([character, times]) => character.repeat(times)),
  fc.string().map((start) => `${start}_bytes_per_second`),
);
export const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, -0),
);

/** News of every kind, with any numbers and with names of one sort. */
export function newsWith(anyName: fc.Arbitrary<string>, anyNumber: fc.Arbitrary<number>): fc.Arbitrary<News> {
  const anyCause: fc.Arbitrary<Cause> = fc.record(
    {
      metric: anyName,
      now: anyNumber,
      expected: anyNumber,
      low: anyNumber,
      high: anyNumber,
      contribution: anyNumber,
      share: anyNumber,
      normalAt: anyNumber,
      sign: fc.constantFrom(...SIGNS),
    },
    { requiredKeys: ["metric", "now", "expected", "low", "high", "contribution", "share"] },
  );
  const anySeverity = fc.constantFrom<Severity>("warning", "critical");
  const anyRule: fc.Arbitrary<RuleHit> = fc.record({
    rule: anyName,
    severity: anySeverity,
    since: anyNumber,
    values: fc.array(fc.record({ metric: anyName, now: anyNumber }), { maxLength: 5 }),
  });
  const anyHosts = fc.array(fc.record({ host: anyName, id: anyName }), { maxLength: 12 });
  const anyExtent: fc.Arbitrary<Extent> = fc.record(
    { affected: anyNumber, total: anyNumber, silent: anyNumber, remaining: anyNumber, first: anyHosts },
    { requiredKeys: ["affected", "total", "silent", "first"] },
  );
  const anySample: fc.Arbitrary<JudgedSample> = fc.record(
    {
      time: anyNumber,
      judgement: fc.record({
        score: anyNumber,
        epsilon: anyNumber,
        baseline: fc.record({
          owner: fc.tuple(fc.constantFrom("host#", "group#", ""), anyName).map((parts) => parts.join("")),
          version: anyNumber,
        }),
      }),
    },
    { requiredKeys: ["time"] },
  );
  const about = { id: anyName, group: fc.oneof(anyName, fc.constant("*")), revision: anyNumber, opened: anyNumber };
  const counts = { samples: anyNumber, anomalies: anyNumber };
  const worst = { peak: anySample, causes: fc.array(anyCause, { maxLength: 5 }) };
  const anyReading = fc.record({
    ...{ metric: anyName, now: anyNumber, expected: anyNumber, low: anyNumber, high: anyNumber },
  });
  const latest = fc
    .tuple(anyNumber, fc.array(anyReading, { maxLength: 3 }))
    .map(([time, readings]) => ({ time, readings }));
  const said = {
    resolved: anyNumber,
    acknowledged: fc.record({ at: anyNumber, by: anyName }),
    label: fc.record({ verdict: fc.constantFrom<Verdict>("fault", "false"), at: anyNumber, by: anyName }),
    dependents: fc.record({
      ...{ hosts: anyNumber, told: anyNumber },
      groups: fc.array(fc.record({ group: anyName, hosts: anyNumber }), { maxLength: 4 }),
    }),
  };
  const rules = fc.array(anyRule, { maxLength: 4 });
  const anyNames = fc.array(fc.constantFrom(...Object.keys(TELLING), ...TRAFFIC), { maxLength: 12 });
  const surroundings = fc.record({ far: anyNames, usual: anyNames, usualAt: anyNumber }, { requiredKeys: [] });
  const sums = { time: anyNumber, distance: anyNumber, times: anyNumber, products: anyNumber, distances: anyNumber };
  const growth = fc.record({ metric: anyName, since: anyNumber, samples: anyNumber, ...sums });
  const aboutKeys = ["kind", "id", "group", "revision", "opened"] as const;
  const anyIncident: fc.Arbitrary<Incident> = fc.oneof(
    fc.record(
      {
        ...{ kind: fc.constant("anomaly" as const), host: anyName, ...about, ...counts, ...worst, ...said, rules },
        ...{ lastAnomaly: anyNumber, fleet: anyName, parent: anyName, unstable: fc.constant(true as const) },
        ...{ latest, growth, surroundings, ending: fc.constantFrom(...ENDINGS) },
      },
      { requiredKeys: [...aboutKeys, "host", "lastAnomaly", "samples", "anomalies", "peak", "causes"] },
    ),
    fc.record(
      {
        ...{ kind: fc.constant("silent" as const), host: anyName, ...about, ...said },
        ...{ noticed: anyNumber, lastSample: anySample, fleet: anyName, parent: anyName, backBy: anyNumber },
      },
      { requiredKeys: [...aboutKeys, "host", "noticed", "lastSample"] },
    ),
    fc.record(
      {
        kind: fc.constant("fleet" as const),
        ...about,
        ...counts,
        ...worst,
        ...said,
        rules,
        grown: anyNumber,
        extent: anyExtent,
      },
      { requiredKeys: [...aboutKeys, "grown", "samples", "anomalies", "peak", "causes", "extent"] },
    ),
  );
  const anyNotice: fc.Arbitrary<Notice> = fc.record({
    kind: fc.constantFrom(...NOTICE_KINDS),
    incident: anyIncident,
  });
  const anyDigest: fc.Arbitrary<DigestNews> = fc.record({
    kind: fc.constant("digest" as const),
    at: anyNumber,
    opened: anyNumber,
    resolved: anyNumber,
    others: anyNumber,
    critical: anyNumber,
    warning: anyNumber,
    dependents: anyNumber,
    groups: fc.array(fc.record({ group: anyName, notices: anyNumber }), { maxLength: 12 }),
    groupsInAll: anyNumber,
    first: anyHosts,
    ended: fc.array(anyName, { maxLength: 60 }),
    causes: fc.array(
      fc.record({
        metric: anyName,
        direction: fc.constantFrom("high" as const, "low" as const, "in range" as const),
        incidents: anyNumber,
      }),
      { maxLength: 6 },
    ),
  });
  const anyTextsHeld: fc.Arbitrary<TextsHeldNews> = fc.record({
    kind: fc.constant("texts-held" as const),
    at: anyNumber,
    critical: anyNumber,
    warning: anyNumber,
    perHour: anyNumber,
  });
  const anyIds = fc.array(anyName, { maxLength: 60 });
  const anyEpsilon: fc.Arbitrary<EpsilonNews> = fc.record(
    {
      kind: fc.constant("epsilon" as const),
      at: anyNumber,
      owner: fc.tuple(fc.constantFrom("host#", "group#"), anyName).map((parts) => parts.join("")),
      version: anyNumber,
      from: fc.nat(),
      before: anyNumber,
      after: anyNumber,
      labels: fc.record({ fault: anyIds, false: anyIds }),
      alerts: fc.record({ days: anyNumber, before: anyNumber, after: anyNumber }),
    },
    { requiredKeys: ["kind", "at", "owner", "version", "from", "before", "after", "labels"] },
  );
  const anyRefusal: fc.Arbitrary<RefusalNews> = fc.record({
    kind: fc.constant("refits-refused" as const),
    at: anyNumber,
    group: anyName,
    refusals: fc.array(
      fc.record({
        owner: fc.tuple(fc.constantFrom("host#", "group#"), anyName).map((parts) => parts.join("")),
        since: anyNumber,
        refused: fc.constantFrom("flags 9.7 % of the last day's calm samples: at most 5 % is sensible", "no"),
      }),
      { maxLength: 10 },
    ),
    refusalsInAll: anyNumber,
  });
  const anyClocks: fc.Arbitrary<ClocksNews> = fc.record({
    kind: fc.constant("clocks-wrong" as const),
    at: anyNumber,
    clocks: fc.array(fc.record({ host: anyName, group: anyName, offset: anyNumber }), { maxLength: 10 }),
    clocksInAll: anyNumber,
  });
  const anyUnjudged: fc.Arbitrary<UnjudgedNews> = fc.record({
    kind: fc.constant("hosts-unjudged" as const),
    at: anyNumber,
    hosts: fc.array(fc.record({ host: anyName, group: anyName, baseline: anyName, since: anyNumber }), {
      maxLength: 10,
    }),
    hostsInAll: anyNumber,
  });
  const anySilence: fc.Arbitrary<Silence> = fc.record(
    {
      id: anyName,
      matcher: fc.record({ host: anyName, group: anyName }, { requiredKeys: [] }),
      reason: anyName,
      by: anyName,
      from: anyNumber,
      until: anyNumber,
      recurrence: fc.record({
        days: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 7 }),
        start: fc.integer({ min: 0, max: 1_439 }),
        durationMs: fc.integer({ min: 60_000, max: 604_800_000 }),
        zone: anyName,
      }),
      revision: anyNumber,
    },
    { requiredKeys: ["id", "matcher", "reason", "by", "from", "until", "revision"] },
  );
  const anySubscriptions = fc.array(fc.record({ protocol: anyName, endpoint: anyName }), { maxLength: 15 });
  const anyAudit: fc.Arbitrary<SubscriptionsNews> = fc.record({
    kind: fc.constant("subscriptions" as const),
    at: anyNumber,
    vanished: anySubscriptions,
    unconfirmed: anySubscriptions,
  });
  return fc.oneof(
    { arbitrary: anyNotice, weight: 6 },
    anyDigest,
    anyTextsHeld,
    anyEpsilon,
    anyRefusal,
    anyClocks,
    anyUnjudged,
    fc.record({ kind: fc.constant("silence-unused" as const), silence: anySilence }),
    anyAudit,
  );
}
