import { DEFAULT_ALERT_SETTINGS } from "../../lib/alert/settings.ts";
import { DEFAULT_CONFIG, parseConfig } from "../../lib/config/config.ts";
import { DEFAULT_SETTINGS } from "../../lib/learn/fit-settings.ts";
import { NO_POLICY } from "../../lib/watch/policy.ts";
import { of, problemsOf } from "./problems.ts";

const configOf = (document: object) => parseConfig(JSON.stringify({ version: 1, ...document }));

test("an empty configuration equals the default", () => {
  const { settingsOf, policyOf, alerts, recipients } = configOf({});
  expect(settingsOf("web")).toEqual(DEFAULT_CONFIG.settingsOf("web"));
  expect(policyOf("web-1", "web")).toBe(NO_POLICY);
  expect(alerts).toEqual(DEFAULT_ALERT_SETTINGS);
  expect(recipients).toEqual({ emails: [], phones: [], opsEmails: undefined, webhooks: [] });
  expect(configOf({ detectors: {}, metrics: [], rules: [], alerts: {} }).policyOf("web-1", "web")).toBe(NO_POLICY);
});

test("every host is refitted each day, or as often as the configuration says, between six hours and a week", () => {
  const HOUR = 3_600_000;
  expect(configOf({}).refitEveryMs).toBe(24 * HOUR);
  expect(configOf({ refitEvery: "6h" }).refitEveryMs).toBe(6 * HOUR);
  expect(configOf({ refitEvery: "7d" }).refitEveryMs).toBe(168 * HOUR);
  for (const refitEvery of ["5h", "8d"])
    expect(problemsOf({ version: 1, refitEvery })).toBe(`refitEvery: "${refitEvery}": use 6h to 7d`);
  expect(problemsOf({ version: 1, refitEvery: "daily" })).toContain('refitEvery: "daily" is no duration');
});

describe("detectors", () => {
  const settings = (detectors: object) => configOf({ detectors }).settingsOf;

  test("without settings every group has the default settings", () => {
    const numbers = { epsilon: 1, windowDays: 30, seed: 0 };
    const expected = { detector: "bands", covariance: "diagonal", ...numbers, timezone: "UTC" };
    expect(settings({})("web")).toEqual(expected);
  });

  test("a group's own settings override the settings of every group, and these override the default", () => {
    const of = settings({
      db: { detector: "gaussian", covariance: "full", windowDays: 14 },
      "*": { sensitivity: "quiet", seed: 7 },
    });
    expect(of("web")).toEqual({ ...DEFAULT_SETTINGS, epsilon: 1.43, seed: 7 });
    const numbers = { epsilon: 1.43, windowDays: 14, seed: 7 };
    expect(of("db")).toEqual({ detector: "gaussian", covariance: "full", ...numbers, timezone: "UTC" });
  });

  test.each([
    ["sensitive", 0.71],
    ["normal", 1],
    ["quiet", 1.43],
  ])("sensitivity %s is an epsilon of %f", (sensitivity, epsilon) => {
    expect(settings({ web: { sensitivity } })("web").epsilon).toBe(epsilon);
  });

  test("an ensemble takes the place of a detector, in both directions", () => {
    const of = settings({
      "*": { ensemble: ["bands", "reconstruction"] },
      db: { detector: "gaussian" },
      web: { ensemble: ["zscore", "gaussian"], by: "vote" },
    });
    expect(of("cache").detector).toEqual({ members: ["bands", "reconstruction"], by: "geometric-mean" });
    expect(of("db").detector).toBe("gaussian");
    expect(of("web").detector).toEqual({ members: ["zscore", "gaussian"], by: "vote" });
  });

  test.each(["bands", "gaussian", "zscore", "iforest", "reconstruction"])("accepts the detector %s", (detector) => {
    expect(settings({ web: { detector } })("web").detector).toBe(detector);
  });

  test.each([
    [{ windowDays: 1 }, { windowDays: 1 }],
    [{ windowDays: 30 }, { windowDays: 30 }],
    [{ contamination: 0.05 }, { contamination: 0.05 }],
    [{ seed: 0 }, { seed: 0 }],
    [{ seed: 4_294_967_295 }, { seed: 4_294_967_295 }],
  ])("accepts %j", (given, expected) => {
    expect(settings({ web: given })("web")).toMatchObject(expected);
  });

  test("a group may have the name of a property that every object has", () => {
    expect(settings({ db: { seed: 1 } })("constructor")).toEqual(DEFAULT_SETTINGS);
  });
});

describe("groups", () => {
  const zoneOf = (document: object, group: string) => configOf(document).settingsOf(group).timezone;

  test("a group's own timezone overrides the one of all groups, which overrides UTC", () => {
    const groups = { web: { timezone: "America/New_York" }, batch: { hosts: "come-and-go" } };
    expect(zoneOf({ groups }, "web")).toBe("America/New_York");
    expect(zoneOf({ groups }, "batch")).toBe("UTC");
    const document = { timezone: "Europe/Zurich", groups, detectors: { web: { seed: 1 }, "*": { seed: 2 } } };
    expect(configOf(document).settingsOf("web")).toMatchObject({ timezone: "America/New_York", seed: 1 });
    expect(configOf(document).settingsOf("batch")).toMatchObject({ timezone: "Europe/Zurich", seed: 2 });
    expect(configOf(document).settingsOf("db")).toMatchObject({ timezone: "Europe/Zurich", seed: 2 });
  });

  test.each(["UTC", "Asia/Calcutta", "Europe/Kyiv", "Etc/GMT+5"])("accepts the zone %s, an alias too", (timezone) => {
    expect(zoneOf({ timezone }, "web")).toBe(timezone);
  });

  test("alerting knows the groups whose hosts come and go", () => {
    const groups = { batch: { hosts: "come-and-go" }, web: { hosts: "steady" }, db: {}, ci: { hosts: "come-and-go" } };
    expect(configOf({ groups }).alerts.comeAndGo).toEqual(["batch", "ci"]);
  });
});

test("a group depends on those that it names, and on those that these depend on", () => {
  const groups = { web: { dependsOn: ["app", "cache"] }, app: { dependsOn: ["db"] }, db: {}, constructor: {} };
  expect([...configOf({ groups }).alerts.dependsOn]).toEqual([
    ["web", ["app", "cache", "db"]],
    ["app", ["db"]],
  ]);
});

test("alert settings override the defaults one by one", () => {
  expect(
    configOf({
      alerts: {
        messagesPerMinute: 3,
        sms: { severity: "warning", perHour: 4 },
        remindAfter: "90m",
        fleet: { share: 0.5, hosts: 7 },
        redact: true,
      },
    }).alerts,
  ).toEqual({
    messagesPerMinute: 3,
    textsPerHour: 4,
    textSeverity: "warning",
    remindAfterMs: 5_400_000,
    fleetShare: 0.5,
    fleetHosts: 7,
    redact: true,
    comeAndGo: [],
    dependsOn: new Map(),
  });
  expect(configOf({ alerts: { fleet: { hosts: 9 }, sms: { perHour: 2 } } }).alerts).toEqual({
    ...DEFAULT_ALERT_SETTINGS,
    fleetHosts: 9,
    textsPerHour: 2,
  });
});

test("the file names the recipients", () => {
  const recipients = {
    emails: ["ann@example.com"],
    phones: ["+15550100"],
    opsEmails: ["ops@example.com"],
    webhooks: ["https://example.com/hook?key=1"],
  };
  expect(configOf({ alerts: recipients }).recipients).toEqual(recipients);
});

test("a feature may use a metric that a later feature replaces", () => {
  const features = [
    { name: "mean", rollingMean: "queue", samples: 5 },
    { name: "queue", log: "queue" },
  ];
  expect(problemsOf(of({ features }))).toBe("none");
});

test("domains are cut from host names, in capitals or not", () => {
  const { domains, hostOf } = parseConfig(JSON.stringify(of({ senders: { domains: ["example.com", "lan"] } })));
  expect(domains).toEqual(["example.com", "lan"]);
  expect(
    ["web-1.example.com", "web-1.eu.Example.COM", "web-1.lan", "web-1.example.org", "example.com"].map(hostOf),
  ).toEqual(["web-1", "web-1.eu", "web-1", "web-1.example.org", "example.com"]);
  expect(problemsOf(of({ senders: { domains: [".example.com"] } }))).toContain("senders.domains[0]");
});

test("presets choose the series of other agents, unless all are kept", () => {
  const keepsAll = (changes: object) => parseConfig(JSON.stringify(of(changes))).keepsAll;
  expect([{}, { senders: {} }, { senders: { keep: "preset" } }, { senders: { keep: "all" } }].map(keepsAll)).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect(problemsOf(of({ senders: { keep: "some" } }))).toBe('senders.keep: "some": use preset, all');
});

describe("twin, page and severities", () => {
  test("have the defaults of the options where the file says nothing", () => {
    const { twin, charts, severities } = configOf({});
    expect({ twin, charts }).toEqual({ twin: {}, charts: { everyMs: 2_000, window: "1h" } });
    expect(severities).toEqual({ critical: 0.7, high: 0.5, medium: 0.3 });
  });

  test("are read, durations as milliseconds, and each severity by itself", () => {
    const { twin, charts, severities } = configOf({
      twin: { port: 9_000, interval: "10s", logLevel: "debug", logDir: "logs" },
      page: { chartsEvery: "500ms", chartsWindow: "30" },
      severities: { high: 0.6 },
    });
    expect(twin).toEqual({ port: 9_000, intervalMs: 10_000, logLevel: "debug", logDir: "logs" });
    expect({ charts, severities }).toEqual({
      charts: { everyMs: 500, window: "30" },
      severities: { critical: 0.7, high: 0.6, medium: 0.3 },
    });
  });

  test.each([
    [{ severities: { high: 0.7 } }, "severities: critical must be above high, and high above medium"],
    [{ page: { chartsEvery: "10ms" } }, 'page.chartsEvery: "10ms": use 500ms to 1h'],
    [{ page: { chartsWindow: "2h" } }, 'page.chartsWindow: "2h": use 30, 1h, 6h, 1d, 7d'],
    [{ twin: { logLevel: "loud" } }, 'twin.logLevel: "loud": use warning, info, debug'],
    [{ twin: { port: 65_536 } }, "twin.port: 65536: use a whole number from 0 to 65535"],
  ])("%j is rejected", (document, message) => {
    expect(problemsOf({ version: 1, ...document })).toBe(message);
  });
});
