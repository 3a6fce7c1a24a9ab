// Broken set-ups, and the doctor's words about each.
import type { Evidence } from "../../lib/doctor/evidence.ts";
import { examine } from "../../lib/doctor/examine.ts";
import { examineOne } from "../../lib/doctor/examine-one.ts";
import { RUNS_ENDED } from "../../lib/learn/refit-progress.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { aSilentIncident, aState } from "../contract/examples.ts";
import { assemblyOf, baseline, schemaOf } from "../factories.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 30, 12);
const verdict = { score: 1, epsilon: 7, baseline: { owner: "host#web-07", version: 3 } };
const audit = { at: NOW - HOUR, confirmed: ["email anna@example.com"], unconfirmed: [] };

/** A host that has sent a sample a minute for a day, and is judged. */
function sound(host: string, fields: Partial<HostState> = {}): HostState {
  const times = { since: NOW - 24 * HOUR, newest: NOW - 20_000, arrived: NOW - 19_000, interval: MINUTE };
  return aState(host, { ...times, seen: 1_440, verdict, ...fields });
}

const SOUND: Evidence = { hosts: [sound("web-07"), sound("web-08")], rejected: [], refusals: [], audit };

test("a local domain counts, and a host may have dots of its own", () => {
  const hosts = ["db.eu", "DB.eu.lan"].map((name) => sound(name));
  expect(examine({ ...SOUND, hosts }, NOW)).toMatchObject([{ cause: "two-names", hosts: ["DB.eu.lan"] }]);
});

test.each([
  ["numbered hosts", ["db", "db.1", "db.2"]],
  ["addresses", ["10", "10.0.0.1"]],
  ["parts of a name", ["app", "app.worker"]],
  ["two domains", ["web-1.eu.example.com", "web-1.us.example.com"]],
])("%s are not taken for two names of one host", (_, names) => {
  expect(examine({ ...SOUND, hosts: names.map((name) => sound(name)) }, NOW)).toEqual([]);
});

test("the doctor finds nothing in a fleet that sends, is judged, and has a recipient", () => {
  expect(examine(SOUND, NOW)).toEqual([]);
});

const FEATURES = {
  sent: "a1b2c3d4e5f60718",
  defined: { net: "0a1b2c3d" },
  every: MINUTE,
  series: {},
  unmade: [],
  leftOut: 0,
};

const { verdict: _, ...unjudgedYet } = sound("web-09", { seen: 12, since: NOW - 4 * HOUR });
const counted = (ingest: Partial<HostState["ingest"]>) => ({
  ingest: { duplicates: 0, late: 0, rejected: 0, ...ingest },
});

test.each<[string, Partial<Evidence>, string, RegExp]>([
  [
    "two senders call one machine by its short and by its full name",
    {
      hosts: ["web-1", "web-1.example.com", "web-2", "web-2.example.com"].map((name) => sound(name)),
    },
    "two-names",
    /^web-1\.example\.com, web-2\.example\.com: also known without the domain example\.com/,
  ],
  ["nothing was ever sent", { hosts: [] }, "nothing-arrives", /^Nothing has arrived yet\.$/],
  [
    "the stream or the scorer stands still",
    { hosts: [sound("web-07", { arrived: NOW - HOUR }), sound("web-08", { arrived: NOW - 2 * HOUR })] },
    "stopped",
    /^No record has arrived from any host since .*, 1 h ago\.$/,
  ],
  [
    "a sender writes a format that nobody reads",
    {
      rejected: [3, 40].map((alike, i) => ({
        partitionKey: `web-1${i}`,
        arrival: NOW - HOUR,
        problems: [`starts with bytes 0${i}02: send JSON`],
        alike,
      })),
    },
    "rejected",
    /^Rejected since yesterday: at least 43, .* partition key web-10, web-11: starts with bytes 0002: send JSON\.$/,
  ],
  [
    "a sender writes texts for numbers",
    {
      hosts: [
        sound("web-07"),
        sound("web-08", { unread: { since: NOW - HOUR, reason: 'no value is a number: cpu is "n/a"' } }),
      ],
    },
    "unusable",
    /^web-08: records arrive, but none can be used since .*: no value is a number: cpu is "n\/a"\.$/,
  ],
  [
    "a sender's names changed",
    { hosts: [sound("web-07", { unjudged: { since: NOW } }), sound("web-08")] },
    "unjudged",
    /^web-07: its baseline host#web-07 has none of its metrics\.$/,
  ],
  ["nobody confirmed an address", { audit: { ...audit, confirmed: [] } }, "nobody-told", /^No address gets alerts\.$/],
  [
    "one of two addresses is not confirmed",
    { audit: { ...audit, unconfirmed: ["email bob@example.com"] } },
    "unconfirmed",
    /^Addresses that have not confirmed: 1 \(email\)\.$/,
  ],
  [
    "a host fell silent",
    { hosts: [sound("web-07"), sound("web-08", { incident: aSilentIncident("web-08"), arrived: NOW - HOUR })] },
    "silent",
    /^web-08: silent since .*\.$/,
  ],
  [
    "a clock is wrong",
    {
      hosts: [sound("web-07", { clock: { corrections: [{ offset: 2 * HOUR, after: NOW - HOUR }] } }), sound("web-08")],
    },
    "clock",
    /^web-07: the clock is 2 h behind, which looks like local time without a zone\.$/,
  ],
  [
    "refits are refused",
    { refusals: [{ owner: "host#web-08", since: NOW - 72 * HOUR, at: NOW, refused: "flags 9.7 %", told: true }] },
    "refused",
    /^web-08: refits are refused since .*: flags 9\.7 %\.$/,
  ],
  [
    "a host gets too few samples to learn",
    { hosts: [sound("web-07"), unjudgedYet] },
    "learning",
    /^web-09: still learning: 12 of 60 samples\.$/,
  ],
  [
    "a host sent a file of its samples and nothing since",
    { hosts: [sound("web-07"), { ...unjudgedYet, seen: 1_440 }] },
    "learning",
    /^web-09: its first 60 samples are there, and the next one is judged\.$/,
  ],
  [
    "two machines have one name",
    { hosts: [sound("web-07", counted({ duplicates: 1_440 })), sound("web-08")] },
    "duplicates",
    /^web-07: many samples come twice\.$/,
  ],
  [
    "two senders keep their samples back",
    { hosts: [sound("web-07", counted({ late: 300 })), sound("web-08", counted({ late: 200 }))] },
    "late",
    /^web-07, web-08: many samples come late\.$/,
  ],
  [
    "one metric is a text",
    { hosts: [sound("web-07", { odd: { count: 9, last: 'cpu is "n/a"', at: NOW } }), sound("web-08")] },
    "odd",
    /^web-07: some values are no numbers, as cpu is "n\/a"\.$/,
  ],
  [
    "a sender has too many metrics",
    {
      hosts: [sound("web-07", { assembly: { ...assemblyOf([], NOW), leftOut: 44 } }), sound("web-08")],
    },
    "left-out",
    /^web-07: more than 256 metrics: 44 found no room and are not judged\.$/,
  ],
  [
    "features leave no room for some metrics",
    { hosts: [sound("web-07", { features: { ...FEATURES, leftOut: 3 } }), sound("web-08", { features: FEATURES })] },
    "no-room",
    /^web-07: more than 256 metrics with its features: 3 are not judged, those that were sent last\.$/,
  ],
  [
    "a feature is made of metrics that nobody sends",
    { hosts: [sound("web-07", { features: { ...FEATURES, unmade: ["net"] } }), sound("web-08")] },
    "unmade",
    /^Feature net: no host sends what it is made of\.$/,
  ],
])("the doctor names the problem, with a fix: %s", (_, changes, cause, what) => {
  const findings = examine({ ...SOUND, ...changes }, NOW);
  expect(findings).toEqual([
    { cause, what: expect.stringMatching(what), fix: expect.any(String), hosts: expect.any(Array) },
  ]);
});

test("the doctor proposes a smaller host where refits ended, and labels where the gate refused", () => {
  const refusals = [RUNS_ENDED, "flags 9.7 %"].map((refused, k) => {
    const owner = `host#web-0${7 + k}`;
    return { owner, since: NOW - HOUR, at: NOW, refused, told: false };
  });
  expect(examine({ ...SOUND, refusals }, NOW)).toMatchObject(
    [
      { hosts: ["web-07"], what: /two runs/, fix: /fewer metrics, or less often/ },
      { hosts: ["web-08"], what: /flags 9\.7 %/, fix: /labels add/ },
    ].map(({ hosts, what, fix }) => ({ hosts, what: expect.stringMatching(what), fix: expect.stringMatching(fix) })),
  );
});

test("a feature that some hosts have may be missing on others", () => {
  const hosts = [
    sound("web-07", { features: { ...FEATURES, unmade: ["net"] } }),
    sound("web-08", { features: FEATURES }),
  ];
  expect(examine({ ...SOUND, hosts }, NOW)).toEqual([]);
});

test("problems that stop hosts come before those that weaken detection", () => {
  const hosts = [sound("web-07", counted({ late: 300 })), sound("web-08", { unjudged: { since: NOW } })];
  expect(examine({ ...SOUND, hosts }, NOW).map(({ cause }) => cause)).toEqual(["unjudged", "late"]);
});

test("a feature whose definition differs from the baseline's is not judged", () => {
  const schema = { ...schemaOf("cpu", "net"), defined: { net: "0a1b2c3d" } };
  const rows = examineOne(
    sound("web-07", { vector: Float64Array.of(1, 2) }),
    schema,
    baseline({ names: ["cpu", "net"] }),
    NOW,
  );
  expect(rows).toContainEqual(["not judged", "net: not in the baseline; the next refit adds what is usual"]);
});

test("for a host of another agent the doctor counts the series that a preset turns into its metrics", () => {
  const reading = { at: NOW, value: 1, every: 60_000, rate: Number.NaN };
  const assembly = assemblyOf(
    ["@cpu_idle:0", "@cpu_idle:1", "hits_per_second"].map((name, i) => ({ ...reading, name, isCounter: i === 2 })),
    NOW,
  );
  const host = sound("web-07", { assembly, vector: Float64Array.of(1, 2) });
  const rows = examineOne(host, schemaOf("cpu_busy_percent", "hits_per_second"), undefined, NOW);
  expect(Object.fromEntries(rows).metrics).toBe(
    "2 of 2 have a value in the newest sample; rates of counters: 1; a preset makes them of 2 series",
  );
});

test("for one host the doctor lists the metrics that are judged, ignored and missing", () => {
  const host = sound("web-07", { vector: Float64Array.of(1, Number.NaN, 3) });
  const rows = examineOne(host, schemaOf("cpu", "disk", "latency"), baseline({ names: ["cpu", "disk"] }), NOW);
  expect(Object.fromEntries(rows)).toEqual({
    records: "the last 19 s ago; 3 min without one is a silence",
    samples: "1440; 0 came twice, 0 came late, 0 were rejected",
    metrics: "2 of 3 have a value in the newest sample",
    "judged by": "host#web-07 version 1, gaussian, 2 metrics",
    "not judged": "latency: not in the baseline; the next refit adds what is usual",
    missing: "disk: in the baseline, but not in the newest sample",
  });
});
