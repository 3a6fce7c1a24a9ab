import type {
  ClocksNews,
  DigestNews,
  EpsilonNews,
  RefusalNews,
  SubscriptionsNews,
  TextsHeldNews,
  UnjudgedNews,
  UnusedSilenceNews,
} from "../../lib/alert/news.ts";
import type { Cause } from "../../lib/incident/cause.ts";
import type { AnomalyIncident, SilentIncident } from "../../lib/incident/incident.ts";
import type { JudgedSample } from "../../lib/incident/judgement.ts";
import type { Latest } from "../../lib/incident/latest.ts";
import type { Notice, NoticeKind } from "../../lib/incident/notice.ts";
import type { RenderContext } from "../../lib/notify/words.ts";

/** A time on the day of the examples. */
export const at = (hours: number, minutes: number, seconds = 0) => Date.UTC(2026, 10, 22, hours, minutes, seconds);

/** The time at which reminders go: four hours and a bit after the incident of docs/alerts.md, a CPU gone wild, the load following it. */
export const CONTEXT: RenderContext = { stack: "fleetwarden", now: at(18, 30, 12), labels: 41 };

/** As deployed: with a link, here one of a made-up address. */
export const LINK =
  "https://k3x7q.lambda-url.eu-west-1.on.aws/feedback/wS5iv-.tqgazo.mwrxogg0.K7Q2RT.d2ViLTA3.5ihe_WLZMHnbY8v4_uA74Q";
export const DEPLOYED = { ...CONTEXT, link: LINK };
/** The functions in AWS write commands for their stack. */
export const IN_AWS = { ...DEPLOYED, command: { program: "fleetwarden", target: "--stack fleetwarden" } };

/**
 * Scores are half the squared deviations: 11.1034² / 2 + 2.4138² / 2 + 0.6667² / 2 + 0.75 of the others = 65.53; cpu_user alone may
 * have 13.4 - 3.885 of it, which is 4.3623 deviations: 48.13.
 */
function incident(changes: Partial<AnomalyIncident> = {}): AnomalyIncident {
  return {
    kind: "anomaly",
    id: "K7Q2RT",
    host: "web-07",
    group: "web",
    revision: 1,
    opened: Date.UTC(2026, 10, 22, 14, 30, 0),
    lastAnomaly: Date.UTC(2026, 10, 22, 14, 30, 40),
    samples: 5,
    anomalies: 4,
    peak: judged(Date.UTC(2026, 10, 22, 14, 30, 30), 65.53),
    causes: [
      {
        metric: "cpu_user",
        now: 97,
        expected: 16.5,
        low: 2,
        high: 31,
        contribution: 123.285,
        share: 0.9407,
        normalAt: 48.13,
      },
      { metric: "load1", now: 3.4, expected: 1.65, low: 0.2, high: 3.1, contribution: 5.8264, share: 0.0445 },
      { metric: "mem_percent", now: 62, expected: 58, low: 46, high: 70, contribution: 0.4444, share: 0.0034 },
    ],
    ...changes,
  };
}

export function cause(changes: Partial<Cause> = {}): Cause {
  return {
    metric: "cpu_user",
    now: 97,
    expected: 16.5,
    low: 2,
    high: 31,
    contribution: 123.285,
    share: 0.94,
    ...changes,
  };
}

export function opened(changes: Partial<AnomalyIncident> = {}): Notice<AnomalyIncident> {
  return { kind: "opened", incident: incident(changes) };
}

/** The causes of the incident at another time. */
export function latest(time: number, cpu: number, load: number, memory: number): Latest {
  const usual = incident().causes.map(({ metric, expected, low, high }) => ({ metric, expected, low, high }));
  return { time, readings: usual.map((one, i) => ({ ...one, now: [cpu, load, memory][i] ?? Number.NaN })) };
}

export function resolved(changes: Partial<AnomalyIncident> = {}): Notice<AnomalyIncident> {
  const ended = at(14, 49, 10);
  const counted = { samples: 115, anomalies: 38, lastAnomaly: at(14, 36, 10) };
  const end = { resolved: ended, latest: latest(ended, 12.4, 0.9, 58), ...counted };
  return { kind: "resolved", incident: incident({ revision: 2, ...end, ...changes }) };
}

/** Memory that rose by a quarter and stayed there, until it was usual. */
export function settled(): Notice<AnomalyIncident> {
  const [opened, resolved] = [at(14, 30), Date.UTC(2026, 10, 25, 14, 30)];
  const memory = { metric: "mem_percent", expected: 45, low: 40, high: 50 };
  return {
    kind: "resolved",
    incident: incident({
      ...{ revision: 3, opened, lastAnomaly: Date.UTC(2026, 10, 23, 6), resolved, samples: 4_321, anomalies: 907 },
      peak: judged(at(15, 2), 31),
      causes: [{ ...memory, now: 58, contribution: 62, share: 0.98, normalAt: 52.5 }],
      latest: { time: resolved, readings: [{ ...memory, now: 57, expected: 57, low: 52, high: 60 }] },
      ending: "settled",
    }),
  };
}

/** A host that went off as usual at 20:00, was to be back by 08:00, and was noticed in the next minute. */
export function notBack(): Notice {
  const backBy = Date.UTC(2026, 10, 22, 8);
  const lastSample = judged(Date.UTC(2026, 10, 21, 20, 0), 4.12);
  return silent({ opened: backBy + 1, noticed: backBy + 40_000, backBy, lastSample });
}

/** A host that reported each minute and stopped: last seen 14:03:20, noticed four minutes and a bit later. */
export function silent(changes: Partial<SilentIncident> = {}): Notice {
  return {
    kind: "opened",
    incident: {
      kind: "silent",
      id: "H9TTRQ",
      host: "web-07",
      group: "web",
      revision: 1,
      opened: Date.UTC(2026, 10, 22, 14, 3, 20, 1),
      noticed: Date.UTC(2026, 10, 22, 14, 7, 40),
      lastSample: judged(Date.UTC(2026, 10, 22, 14, 3, 20), 4.12),
      ...changes,
    },
  };
}

/** It sends again at 14:22:30. */
export function sendingAgain(changes: Partial<SilentIncident> = {}): Notice {
  const changed = { revision: 2, resolved: Date.UTC(2026, 10, 22, 14, 22, 30), ...changes };
  return { ...silent(changed), kind: "resolved" };
}

/**
 * The host's incident as a warning that has become critical, that comes and goes, that stays, or that nobody
 * acknowledges.
 */
export function changed(kind: NoticeKind, changes: Partial<AnomalyIncident> = {}): Notice {
  const now = { latest: latest(CONTEXT.now - 12_000, 97, 3.4, 62) };
  return {
    kind,
    incident: incident({ revision: 2, samples: 115, anomalies: 38, lastAnomaly: at(14, 49), ...now, ...changes }),
  };
}

/** A rule that held for its two minutes on a host that has no baseline yet. */
export function ruled(changes: Partial<AnomalyIncident> = {}): Notice<AnomalyIncident> {
  return opened({
    id: "R4ZC8M",
    opened: at(14, 31),
    lastAnomaly: at(14, 33),
    anomalies: 0,
    samples: 13,
    peak: { time: at(14, 31) },
    causes: [],
    rules: [{ rule: "cpu > 95 for 2m", severity: "critical", since: at(14, 31), values: [{ metric: "cpu", now: 97 }] }],
    ...changes,
  });
}

export function digest(changes: Partial<DigestNews> = {}): DigestNews {
  return {
    kind: "digest",
    at: at(14, 32),
    opened: 108,
    resolved: 3,
    others: 1,
    critical: 98,
    warning: 11,
    groups: [
      { group: "web", notices: 60 },
      { group: "db", notices: 30 },
      { group: "cache", notices: 22 },
    ],
    groupsInAll: 3,
    first: [
      { host: "web-03", id: "A2B3C4" },
      { host: "web-07", id: "K7Q2RT" },
      { host: "db-02", id: "H9TTRQ" },
    ],
    ended: ["T2WNQ4", "B8GJ3M", "XW5P7C"],
    causes: [
      { metric: "cpu_user", direction: "high", incidents: 71 },
      { metric: "load1", direction: "high", incidents: 20 },
      { metric: "free_percent", direction: "low", incidents: 4 },
    ],
    ...changes,
  };
}

export function textsHeld(changes: Partial<TextsHeldNews> = {}): TextsHeldNews {
  return { kind: "texts-held", at: at(15, 0), critical: 3, warning: 20, perHour: 10, ...changes };
}

export function epsilon(changes: Partial<EpsilonNews> = {}): EpsilonNews {
  return {
    kind: "epsilon",
    at: at(6, 0),
    owner: "group#web",
    version: 5,
    from: 4,
    before: 7,
    after: 9.2,
    labels: { fault: ["F3XAKD"], false: ["K7Q2RT", "H9TTRQ", "R4ZC8M"] },
    alerts: { days: 7, before: 12, after: 3 },
    ...changes,
  };
}

export function refitsRefused(changes: Partial<RefusalNews> = {}): RefusalNews {
  const refused = (share: string) => `flags ${share} % of the last day's calm samples: at most 5 % is sensible`;
  return {
    kind: "refits-refused",
    at: at(0, 10),
    group: "web",
    refusals: [
      { owner: "host#web-07", since: Date.UTC(2026, 10, 20, 0, 10), refused: refused("9.7") },
      { owner: "host#web-11", since: Date.UTC(2026, 10, 19, 0, 10), refused: refused("12.3") },
    ],
    refusalsInAll: 2,
    ...changes,
  };
}

export function clocksWrong(changes: Partial<ClocksNews> = {}): ClocksNews {
  return {
    kind: "clocks-wrong",
    at: at(14, 30),
    clocks: [
      { host: "db-2", group: "db", offset: -26 * 3_600_000 },
      { host: "web-07", group: "web", offset: 7_260_000 },
    ],
    clocksInAll: 2,
    ...changes,
  };
}

export function hostsUnjudged(changes: Partial<UnjudgedNews> = {}): UnjudgedNews {
  return {
    kind: "hosts-unjudged",
    at: at(14, 30),
    hosts: [
      { host: "web-07", group: "web", baseline: "host#web-07", since: at(14, 12) },
      { host: "web-11", group: "web", baseline: "group#web", since: at(14, 19) },
    ],
    hostsInAll: 2,
    ...changes,
  };
}

export function unusedSilence(changes: Partial<UnusedSilenceNews["silence"]> = {}): UnusedSilenceNews {
  return {
    kind: "silence-unused",
    silence: {
      id: "S5TTQ3",
      matcher: { host: "db-*", group: "db" },
      reason: "backup to the new array",
      by: "ann",
      from: at(0, 0),
      until: at(18, 0),
      recurrence: { days: [2, 4], start: 120, durationMs: 2 * 3_600_000, zone: "Europe/Paris" },
      reported: true,
      revision: 2,
      ...changes,
    },
  };
}

/** A sample as version 3 of the host's baseline judged it, whose epsilon is 13.4. */
export function judged(time: number, score: number, owner = "host#web-07", version = 3): JudgedSample {
  return { time, judgement: { score, epsilon: 13.4, baseline: { owner, version } } };
}

export function subscriptions(changes: Partial<SubscriptionsNews> = {}): SubscriptionsNews {
  return {
    kind: "subscriptions",
    at: at(6, 0),
    vanished: [{ protocol: "email", endpoint: "o..@example.com" }],
    unconfirmed: [{ protocol: "https", endpoint: "https://hooks.example.com/.." }],
    ...changes,
  };
}
