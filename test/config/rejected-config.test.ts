import { parseConfig } from "../../lib/config/config.ts";
import { of, problemsOf } from "./problems.ts";

const many = (count: number, entry: unknown) => Array.from({ length: count }, () => entry);

test.each<[unknown, string]>([
  [[], "version: missing"],
  [
    7,
    "expected an object of $schema, version, detectors, refitEvery, timezone, groups, metrics, features, senders, rules, alerts, severities, twin, page",
  ],
  [
    null,
    "expected an object of $schema, version, detectors, refitEvery, timezone, groups, metrics, features, senders, rules, alerts, severities, twin, page",
  ],
  [{}, "version: missing"],
  [{ version: 2 }, "version: 2: use 1"],
  [
    of({ detector: {} }),
    "detector: unknown: use $schema, version, detectors, refitEvery, timezone, groups, metrics, features, senders, rules, alerts, severities, twin, page",
  ],
  [of({ detectors: 7 }), "detectors: expected an object of groups"],
  [
    of({ detectors: { web: "bands" } }),
    "detectors.web: expected an object of detector, ensemble, by, covariance, sensitivity, contamination, winsorize, windowDays, seed",
  ],
  [
    of({ detectors: { "eu west": { detektor: "bands" } } }),
    'detectors["eu west"].detektor: unknown: use detector, ensemble, by, covariance, sensitivity, contamination, winsorize, windowDays, seed',
  ],
  [
    of({ detectors: { web: { detector: "gauss" } } }),
    'detectors.web.detector: "gauss": use bands, gaussian, zscore, iforest, reconstruction',
  ],
  [
    of({ detectors: { web: { detector: "fused" } } }),
    'detectors.web.detector: "fused" is no detector of its own any more: use "bands", or leave it out',
  ],
  [of({ detectors: { web: { by: "mean" } } }), "detectors.web: by is for an ensemble: add ensemble, or leave it out"],
  [
    of({ detectors: { web: { detector: "bands", ensemble: ["bands", "zscore"] } } }),
    "detectors.web: ensemble takes the place of detector: leave one out",
  ],
  [
    of({ detectors: { web: { ensemble: ["bands"] } } }),
    "detectors.web.ensemble: an ensemble has two detectors or more: name another, or use detector",
  ],
  [of({ detectors: { web: { ensemble: ["bands", "bands"] } } }), "detectors.web.ensemble: one is in it twice"],
  [
    of({ detectors: { web: { ensemble: ["bands", "fused"] } } }),
    'detectors.web.ensemble[1]: "fused" is no detector of its own any more: use "bands", or leave it out',
  ],
  [of({ detectors: { web: { covariance: 1 } } }), "detectors.web.covariance: 1: use diagonal, full"],
  [of({ detectors: { "*": { sensitivity: 8 } } }), "detectors.*.sensitivity: 8: use sensitive, normal, quiet"],
  [of({ detectors: { web: { windowDays: 0 } } }), "detectors.web.windowDays: 0: use a whole number from 1 to 30"],
  [of({ detectors: { web: { windowDays: 31 } } }), "detectors.web.windowDays: 31: use a whole number from 1 to 30"],
  [of({ detectors: { web: { windowDays: 1.5 } } }), "detectors.web.windowDays: 1.5: use a whole number from 1 to 30"],
  [of({ detectors: { web: { seed: "x" } } }), 'detectors.web.seed: "x": use a whole number from 0 to 4294967295'],
  [of({ detectors: { web: { seed: -1 } } }), "detectors.web.seed: -1: use a whole number from 0 to 4294967295"],
  [
    of({ detectors: Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`g${i}`, {}])) }),
    "detectors: 1001 groups: at most 1000",
  ],
  [of({ timezone: "Europe/Bern" }), 'timezone: "Europe/Bern": use an IANA time zone, like Europe/Zurich'],
  [of({ timezone: 2 }), "timezone: 2: use a text of 1 to 256 characters"],
  [
    of({ groups: { web: { timezone: "CET/1" } } }),
    'groups.web.timezone: "CET/1": use an IANA time zone, like Europe/Zurich',
  ],
  [of({ groups: { web: { hosts: "spot" } } }), 'groups.web.hosts: "spot": use steady, come-and-go'],
  [of({ groups: { web: { zone: "UTC" } } }), "groups.web.zone: unknown: use timezone, hosts, dependsOn"],
  [
    of({ groups: { web: { dependsOn: ["app", "db"] }, app: { dependsOn: ["db"] }, db: { dependsOn: ["web"] } } }),
    "groups.web.dependsOn: web depends on db depends on web: no group can depend on itself, so leave one of these out",
  ],
  [
    of({ groups: { "eu web": { dependsOn: ["eu web"] } } }),
    'groups["eu web"].dependsOn: eu web depends on eu web: no group can depend on itself, so leave one of these out',
  ],
  [of({ groups: { web: { dependsOn: ["db", "db"] } } }), "groups.web.dependsOn: one is in it twice"],
  [of({ groups: { web: { dependsOn: "db" } } }), 'groups.web.dependsOn: "db": use a list, in [ ]'],
  [of({ groups: { "*": {} } }), 'groups.*: "*" is no group: name each group, and use timezone beside groups for all'],
  [
    of({ groups: Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`g${i}`, {}])) }),
    "groups: 1001 groups: at most 1000",
  ],
  [of({ metrics: {} }), "metrics: {}: use a list, in [ ]"],
  [of({ metrics: many(201, { metric: "*" }) }), "metrics: 201 entries: at most 200"],
  [of({ metrics: [{ host: "web-*" }] }), "metrics[0].metric: missing"],
  [of({ metrics: [{ metric: "cpu\u202e" }] }), "metrics[0].metric: control characters: leave them out"],
  [of({ metrics: [{ metric: "" }] }), 'metrics[0].metric: "": use a text of 1 to 256 characters'],
  [of({ metrics: [{ metric: "cpu", direction: "high" }] }), 'metrics[0].direction: "high": use up, down, both'],
  [
    of({ metrics: [{ metric: "cpu" }, { metric: "cpu", minChange: { absolute: -1 } }] }),
    "metrics[1].minChange.absolute: -1: use a number from 0 to 1e+100",
  ],
  [
    of({ metrics: [{ metric: "cpu", minChange: 5 }] }),
    "metrics[0].minChange: expected an object of absolute, relative",
  ],
  [of({ metrics: [{ metric: "cpu", as: "total" }] }), 'metrics[0].as: "total": use rate, gauge'],
  [of({ features: many(65, { drop: "cpu" }) }), "features: 65 entries: at most 64"],
  [of({ features: [{ name: "r", ratio: ["a"] }] }), 'features[0].ratio: ["a"]: use two names, in [ ]'],
  [of({ features: [{ name: "s", sum: 3 }] }), "features[0].sum: 3: use a pattern, or several in [ ]"],
  [
    of({ features: [{ name: "m", rollingMean: "a", samples: 61 }] }),
    "features[0].samples: 61: use a whole number from 2 to 60",
  ],
  [
    of({ features: [{ name: "x" }] }),
    "features[0]: nothing to do: add one of " +
      "ratio, difference, sum, maximum, log, rate, rollingMean, rollingDeviation, drop, only",
  ],
  [
    of({ features: [{ name: "s", sum: "a*", maximum: "b*" }] }),
    "features[0].maximum: beside sum: make it an entry of its own",
  ],
  [of({ features: [{ sum: "a*" }] }), "features[0].name: missing: name the metric that is derived"],
  [of({ features: [{ drop: "a*", name: "s" }] }), "features[0].name: beside drop: leave it out; nothing is derived"],
  [of({ features: [{ name: "s*", sum: "a*" }] }), 'features[0].name: "s*": choose another, without *'],
  [of({ features: [{ name: "__proto__", sum: "a" }] }), 'features[0].name: "__proto__": choose another, without *'],
  [
    of({ features: [{ name: "r", ratio: ["a:*", "b"] }] }),
    'features[0].ratio: "a:*": name one metric; an entry above can sum up several',
  ],
  [of({ features: [{ name: "m", rollingMean: "a" }] }), "features[0].samples: missing: say how many, from 2 to 60"],
  [
    of({ features: [{ name: "l", log: "a", samples: 3 }] }),
    "features[0].samples: beside log: leave it out; it is for rollingMean and rollingDeviation",
  ],
  [
    of({ features: Array.from({ length: 11 }, (_, i) => ({ name: `m${i}`, rollingMean: "a", samples: 60 })) }),
    "features: rolling windows of 660 samples together: at most 600",
  ],
  [
    of({ features: [{ name: "r", ratio: ["b", "c"] }, { drop: "x" }, { name: "b", log: "x" }] }),
    'features[0].ratio: "b" is a feature further down: move that one above this',
  ],
  [
    of({
      features: [
        { name: "a", log: "b" },
        { name: "b", log: "c" },
        { name: "c", sum: ["a", "d"] },
      ],
    }),
    'features[0].log: "a" and "b" need each other: make one of them of other metrics',
  ],
  [of({ rules: [{ for: "2m" }] }), "rules[0].if: missing"],
  [
    of({ rules: [{ if: "cpu > 95", fr: "2m" }] }),
    "rules[0].fr: unknown: use name, if, for, severity, group, host, attributes",
  ],
  [
    of({ rules: [{ if: "cpu > 95", for: "2 minutes" }] }),
    'rules[0].for: "2 minutes" is no duration: use a number with a unit, like 2m',
  ],
  [of({ rules: [{ if: "cpu > 95", for: 2 }] }), "rules[0].for: 2 is no duration: use a number with a unit, like 2m"],
  [of({ rules: [{ if: "cpu > 95", severity: "info" }] }), 'rules[0].severity: "info": use warning, critical'],
  [of({ rules: many(201, { if: "cpu > 95" }) }), "rules: 201 entries: at most 200"],
  [of({ alerts: { emails: "ann@example.com" } }), 'alerts.emails: "ann@example.com": use a list, in [ ]'],
  [of({ alerts: { emails: ["ann"] } }), 'alerts.emails[0]: "ann": use one like ops@example.com'],
  [of({ alerts: { emails: [""] } }), 'alerts.emails[0]: "": use one like ops@example.com'],
  [of({ alerts: { emails: many(2, "ann@example.com") } }), "alerts.emails: one is in it twice"],
  [of({ alerts: { phones: ["0800 123"] } }), 'alerts.phones[0]: "0800 123": use one like +15550100'],
  [of({ alerts: { opsEmails: [7] } }), "alerts.opsEmails[0]: 7: use one like ops@example.com"],
  [
    of({ alerts: { webhooks: ["http://example.com/hook"] } }),
    'alerts.webhooks[0]: "http://example.com/hook": use one like https://example.com/hook',
  ],
  [of({ alerts: { messagesPerMinute: 0 } }), "alerts.messagesPerMinute: 0: use a whole number from 1 to 60"],
  [of({ alerts: { sms: { perHour: 1.5 } } }), "alerts.sms.perHour: 1.5: use a whole number from 1 to 1000"],
  [of({ alerts: { remindAfter: "4" } }), 'alerts.remindAfter: "4" is no duration: use a number with a unit, like 2m'],
  [of({ alerts: { remindAfter: "59s" } }), 'alerts.remindAfter: "59s": use 1m to 7d'],
  [of({ alerts: { remindAfter: "8d" } }), 'alerts.remindAfter: "8d": use 1m to 7d'],
  [of({ alerts: { fleet: { share: 0 } } }), "alerts.fleet.share: 0: use a number from 0.01 to 1"],
  [of({ alerts: { fleet: { hosts: 1 } } }), "alerts.fleet.hosts: 1: use a whole number from 2 to 100000"],
  [of({ alerts: { redact: "yes" } }), 'alerts.redact: "yes": use true or false'],
])("rejects an invalid value with its path and the fix: %#", (document, message) => {
  expect(problemsOf(document)).toBe(message);
});

test("a rule about a metric that is left out of its hosts' samples is rejected", () => {
  const rules = [{ if: "cpu > 95 and load > 8", group: "web" }];
  const message = "rules[0]: load is left out by features[1], so that the rule never holds: keep it there";
  const problemsWith = (...features: object[]) => problemsOf(of({ features, rules }));
  expect(problemsWith({ name: "s", sum: "x" }, { drop: "lo*" })).toBe(message);
  expect(problemsWith({ name: "s", sum: "x" }, { only: ["cpu"], group: "web" })).toBe(message);
  expect(problemsWith({ drop: "load", group: "db" }, { drop: "load", host: "web-1" })).toBe("none");
  expect(problemsWith({ drop: "load" }, { name: "load", log: "queue" })).toBe("none");
});

test("an error in a rule names the rule's place", () => {
  expect(problemsOf(of({ rules: [{ if: "cpu > 95" }, { if: "cpu >> 95" }] }))).toMatch(/^rules\[1\]: expected .*cpu/);
});

test("rejects numbers beyond a double", () => {
  const json = '{"version":1,"metrics":[{"metric":"cpu","minChange":{"absolute":1e999}}]}';
  expect(() => parseConfig(json, "FILE")).toThrow("FILE, metrics[0].minChange.absolute: Infinity: use a number from 0");
});

test("reports up to five mistakes at once, each with the file's name", () => {
  const alerts = { messagesPerMinute: 0, redact: 1, remindAfter: 1, emails: 1, phones: 1, webhooks: 1 };
  const lines = problemsOf(of({ alerts })).split("\n");
  expect(lines).toHaveLength(6);
  expect(lines[5]).toBe("and 1 more");
  expect(() => parseConfig(JSON.stringify(of({ alerts })), "FILE")).toThrow(/^FILE, alerts\..*\nFILE, alerts\./);
});

test("rejects text that is not JSON", () => {
  expect(() => parseConfig("{version: 1}", "FILE")).toThrow(/^FILE: no JSON: .*JSON/);
});

test("rejects text that is too long without parsing it", () => {
  expect(() => parseConfig(" ".repeat(1_000_001), "FILE")).toThrow("FILE: 1000001 characters: at most 1000000");
});
