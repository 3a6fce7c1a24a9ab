import type { News } from "../../lib/alert/news.ts";
import type { Preceding } from "../../lib/alert/preceding.ts";
import type { RenderContext } from "../../lib/notify/words.ts";
import {
  at,
  changed,
  clocksWrong,
  digest,
  epsilon,
  hostsUnjudged,
  latest,
  notBack,
  opened,
  refitsRefused,
  resolved,
  ruled,
  sendingAgain,
  settled,
  silent,
  subscriptions,
  textsHeld,
  unusedSilence,
} from "./example.ts";
import { allSilent, fleet, fleetOver } from "./fleet-example.ts";

const UNUSABLE = { since: Date.UTC(2026, 10, 22, 14, 4, 20), reason: 'no value is a number: cpu_user is "n/a"' };
const RULES_TOO = ruled().incident.rules ?? [];
/** Some of the load has gone since. */
const LATER = { latest: latest(at(18, 30), 88, 2.9, 62) };
const SIX_HOURS_LATER = {
  ...{ lastAnomaly: at(20, 30), samples: 2_160, anomalies: 2_151 },
  latest: latest(at(20, 30), 88, 2.9, 62),
};
const ACKNOWLEDGED = { acknowledged: { at: at(14, 40), by: "ann" } };

/** Six minutes before the incident of docs/alerts.md. */
export const DEPLOY: Preceding = { what: "event", text: "deploy 4.2", by: "anna", at: at(14, 24), before: 360_000 };

const STILL_TWELVE = { affected: 41, total: 60, silent: 0, remaining: 12, first: [{ host: "web-11", id: "A2B3C6" }] };
const TWELVE = { affected: 12, total: 60, silent: 0, first: [{ host: "web-03", id: "A2B3C4" }] };

/** Every piece of news as the files of docs/examples/alerts show it. */
export const EXAMPLES: Readonly<Record<string, readonly [news: News, context?: Partial<RenderContext>]>> = {
  opened: [opened()],
  "opened-after-event": [opened(), { preceding: [DEPLOY] }],
  "opened-with-attributes": [opened(), { attributes: { region: "eu-west-1", type: "m5.large" } }],
  "opened-redacted": [opened(), { redact: true }],
  "opened-by-rule": [ruled()],
  "opened-with-rule": [opened({ rules: RULES_TOO })],
  worsened: [changed("worsened")],
  also: [changed("also")],
  dependents: [
    changed("grown", { dependents: { hosts: 12, told: 12, groups: [{ group: "app", hosts: 12 }] } }),
    { now: at(14, 36) },
  ],
  "opened-after-parent": [opened({ parent: "F3XAKD" })],
  "looks-like": [opened({ surroundings: { usualAt: at(20, 15) } })],
  unstable: [changed("unstable", { revision: 1, samples: 5, anomalies: 4 })],
  shifted: [changed("shifted", SIX_HOURS_LATER), { now: at(20, 30, 10) }],
  reminder: [changed("reminder", { samples: 1_440, anomalies: 1_391, ...LATER })],
  resolved: [resolved()],
  "resolved-acknowledged": [resolved(ACKNOWLEDGED)],
  calm: [resolved({ latest: latest(at(14, 49, 10), 43.5, 0.9, 58) })],
  settled: [settled()],
  "ended-silent": [resolved({ ending: "silent" })],
  "ended-gone": [resolved({ ending: "gone" })],
  silent: [silent()],
  "silent-not-back": [notBack()],
  "silent-unusable": [silent({ unread: UNUSABLE })],
  "silent-reminder": [{ ...silent({ revision: 2 }), kind: "reminder" }, { now: at(18, 3, 30) }],
  "silent-over": [sendingAgain()],
  "silent-retired": [sendingAgain({ ending: "gone" })],
  fleet: [fleet()],
  "fleet-grown": [
    { ...fleet({ revision: 2, spread: true, patterns: ["high cpu_user"], extent: TWELVE }), kind: "grown" },
    { now: at(14, 50) },
  ],
  "fleet-reminder": [
    { ...fleet({ revision: 2, extent: STILL_TWELVE, latest: latest(at(18, 29, 40), 88, 3.4, 62) }), kind: "reminder" },
    { now: at(18, 30, 10) },
  ],
  "fleet-over": [fleetOver()],
  "fleet-silent": [allSilent("web", 41)],
  "fleet-nothing": [allSilent("*", 60)],
  digest: [digest()],
  "texts-held": [textsHeld()],
  epsilon: [epsilon()],
  "refits-refused": [refitsRefused()],
  "clocks-wrong": [clocksWrong()],
  "hosts-unjudged": [hostsUnjudged()],
  "silence-unused": [unusedSilence()],
  subscriptions: [subscriptions()],
};
