// The page's requests and changes, over the twin's own tables.
import { recordOf } from "../../lib/incident/record.ts";
import { hostOwner } from "../../lib/watch/baseline.ts";
import { START } from "../factories.ts";
import { call, changer, follow } from "./client.ts";
import { MINUTE, openWorld, type PageWorld } from "./world.ts";

const WEB = { host: "web-07", group: "web" };
const DB = { host: "db-01", group: "db" };
let world: PageWorld;
let change: Awaited<ReturnType<typeof changer>>;

beforeAll(async () => {
  world = await openWorld(START);
  change = await changer(world.page.url);
  await world.pass(14, [WEB, DB]);
}, 60_000);

afterAll(async () => {
  await world.close();
  expect(world.log).toEqual([]);
});

async function ask(path: string) {
  const { status, text } = await call(`${world.page.url}/api/${path}`);
  return { status, answer: JSON.parse(text) };
}

test("those who follow get an incident when it opens, and what people answer to it", async () => {
  const events = await follow(world.page.url);
  const { cards, summary, incidents } = await events.next("snapshot");
  expect(summary).toMatchObject({ hosts: 2, incidents: 0, silent: 0, learning: 0, samples: 2 * 14 * 6, flagged: 0 });
  expect(summary.groups.map(({ group }: { group: string }) => group)).toEqual(["db", "web"]);
  expect(cards).toContainEqual(expect.objectContaining({ ...WEB, status: "normal", seen: 14 * 6 }));
  expect(incidents).toEqual([]);

  await world.pass(1, [WEB, DB], ["web-07"]);
  const opened = await events.next("change", (change) => change.incidents.length > 0);
  expect(opened.incidents).toMatchObject([{ host: "web-07", severity: "critical", kind: "anomaly", samples: 4 }]);
  expect(opened.incidents[0].causes[0]).toMatchObject({ metric: "cpu_busy_percent", direction: "high" });
  expect(opened.cards).toContainEqual(expect.objectContaining({ host: "web-07", status: "incident" }));
  // Four of the host's six samples of that minute are above epsilon.
  expect(opened.summary).toMatchObject({ incidents: 1, flagged: 4 });

  const { host, opened: at } = opened.incidents[0];
  expect(
    await change("label", {
      host,
      opened: at,
      verdict: "fault",
      category: "software",
      note: " a stuck\u001b\u202e\njob ",
    }),
  ).toMatchObject({
    status: 200,
    answer: {
      label: { verdict: "fault", category: "software", by: "ann", note: "a stuck job", at: world.now() },
      labelled: 1,
    },
  });
  const labelled = await events.next("change", (change) => change.incidents[0]?.label);
  expect(labelled.incidents).toMatchObject([{ host, label: { verdict: "fault", by: "ann" } }]);
  expect(await world.stores.incidents.get(host, at)).toMatchObject({
    label: { verdict: "fault", note: "a stuck job" },
  });

  await change("acknowledge", { host, opened: at });
  expect((await world.stores.incidents.get(host, at))?.acknowledged).toEqual({ at: world.now(), by: "ann" });
  events.end();
});

test("a host shows its metrics with their bands, its facts and its incidents", async () => {
  const { status, answer } = await ask("host?host=web-07&window=1h");
  expect(status).toBe(200);
  expect(answer.series.times).toHaveLength(15 * 6);
  expect(answer.series.metrics.map(({ metric }: { metric: string }) => metric)).toEqual([
    "cpu_busy_percent",
    "load_1m",
    "memory_used_percent",
    "disk_busy_percent",
    "network_in_bytes_per_second",
    "latency_seconds",
  ]);
  const [cpu] = answer.series.metrics;
  // The last minute has the busy cores, and the third of its samples opens the incident.
  expect(cpu.marks).toEqual([86, 87, 88, 89].map((place) => [place, cpu.values[place]]));
  expect(cpu.values[89]).toBeGreaterThan(cpu.high[89]);
  expect(cpu.values[0]).toBeLessThan(cpu.high[0]);
  expect(answer.current[0]).toMatchObject({ metric: "cpu_busy_percent", direction: "high", place: 1 });
  expect(answer.incidents).toMatchObject([{ host: "web-07" }]);
  const ingest = { duplicates: 0, late: 0, rejected: 0 };
  expect(answer.facts).toMatchObject({ since: START, detector: "gaussian", keptOneIn: 1, ingest });
});

test("the facts of a host count its duplicate, late and unreadable records", async () => {
  const state = (await world.stores.hosts.load(["db-01"])).get("db-01")!;
  const ingest = { duplicates: 12, late: 3, rejected: 1 };
  await world.stores.hosts.save({ ...state, ingest });
  expect((await ask("host?host=db-01")).answer.facts).toMatchObject({ ingest });
});

test("the facts of a host say since when its refits are refused", async () => {
  const refusal = { owner: "host#db-01", since: START, at: world.now(), refused: "flags too much", told: false };
  expect((await ask("host?host=db-01")).answer.facts).not.toHaveProperty("refused");
  await world.stores.alerting.saveRefusal(refusal);
  expect((await ask("host?host=db-01")).answer.facts).toMatchObject({ refused: START });
});

test("the axis is the window that was chosen, also where samples fill only a part of it, or none", async () => {
  const now = START + 15 * MINUTE;
  const { axis, series } = (await ask("host?host=web-07&window=7d")).answer;
  expect(axis).toEqual({ from: now - 7 * 24 * 60 * MINUTE, to: now });
  expect(series.times).toHaveLength(15 * 6);
  const part = (await ask(`host?host=web-07&from=${START + MINUTE}&to=${START + 3 * MINUTE}`)).answer;
  expect(part.axis).toEqual({ from: START + MINUTE, to: START + 3 * MINUTE });
  expect([part.series.times[0], part.series.times.length]).toEqual([START + MINUTE, 12]);
  const before = (await ask(`host?host=web-07&from=${START - 3 * MINUTE}&to=${START - MINUTE}`)).answer;
  expect(before.series.times).toEqual([]);
});

test("scores over time are multiples of epsilon: above 1 from the fault on", async () => {
  const { axis, series, cut } = (await ask("scores?host=web-07&window=1h")).answer;
  const [score] = series.metrics;
  expect({ axis, cut, high: score.high[0] }).toEqual({
    axis: { from: START + 15 * MINUTE - 60 * MINUTE, to: START + 15 * MINUTE },
    cut: false,
    high: 1,
  });
  // The samples that the chart of the busy cores marks.
  const above = [...score.values.entries()].flatMap(([place, value]) => (value > 1 ? [place] : []));
  expect(above).toEqual([86, 87, 88, 89]);
});

test("the shortest window is the last 30 samples", async () => {
  const { answer } = await ask("host?host=db-01&window=30");
  expect(answer.series.times).toHaveLength(30);
  expect(answer.series.times.at(-1)).toBe(START + 15 * MINUTE - 10_000);
});

test("the preview of another epsilon shows the labelled faults that it catches and misses", async () => {
  const { answer: view } = await ask("threshold?host=web-07");
  const [peak] = view.peaks;
  expect(peak).toMatchObject({ host: "web-07", verdict: "fault" });
  expect(view.levels).toHaveLength(24);
  expect(view.ledger).toMatchObject({ owner: hostOwner("web-07"), active: 1 });
  expect((await ask(`what-if?host=web-07&epsilon=${peak.score - 1}`)).answer).toMatchObject({
    faults: { caught: 1, missed: 0 },
    f1: 1,
  });
  expect((await ask(`what-if?host=web-07&epsilon=${peak.score + 1}`)).answer).toMatchObject({
    faults: { caught: 0, missed: 1 },
    f1: 0,
  });
  expect((await ask("threshold?group=db")).answer).toMatchObject({
    ...{ hosts: 1, peaks: [] },
    // A group of one host has no baseline beside that host's.
    ledger: { owner: hostOwner("db-01") },
  });
});

test("the histogram counts the samples of a host by score, and the fault's samples separately", async () => {
  const { answer } = await ask("histogram?host=web-07");
  const [incident] = (await world.stores.incidents.ofHost("web-07", START, world.now())).map(recordOf);
  // It is open, and was anomalous up to its newest sample.
  expect(answer.kinds).toEqual([
    expect.objectContaining({ kind: "normal", samples: 15 * 6 - (incident?.samples ?? 0) }),
    expect.objectContaining({ kind: "fault", samples: incident?.samples, above: incident?.anomalies }),
  ]);
  for (const { samples, counts } of answer.kinds)
    expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(samples);
  expect(answer).toMatchObject({ from: START, to: START + 15 * MINUTE - 10_000, keptOneIn: 1, cut: false });

  await change("label", { host: "web-07", opened: incident?.opened, verdict: "expected" });
  const { kinds } = (await ask("histogram?host=web-07")).answer;
  expect(kinds.map(({ kind }: { kind: string }) => kind)).toEqual(["normal", "expected"]);
  await change("label", { host: "web-07", opened: incident?.opened, verdict: "fault", note: "a stuck job" });
});

test("a person sets an epsilon, and takes it back by going to the version before", async () => {
  const owner = hostOwner("db-01");
  expect(await change("epsilon", { owner, epsilon: 77 })).toMatchObject({
    answer: { report: { version: 2, epsilon: 77, by: "ann", source: "by hand" } },
  });
  expect((await world.stores.baselines.current(owner))?.epsilon).toBe(77);
  expect(await change("rollback", { owner, version: 1 })).toMatchObject({
    answer: { report: { version: 3, from: 1 } },
  });
  expect((await ask("threshold?host=db-01")).answer.ledger).toMatchObject({ active: 3 });
});

test("a person labels a missed time on the host's page, and removes the label there", async () => {
  const missed = { host: "db-01", from: START, to: START + MINUTE, verdict: "fault", note: "disk full" };
  expect(await change("label-time", missed)).toMatchObject({ answer: { incidents: [] } });
  const { times } = (await ask("host?host=db-01")).answer;
  expect(times).toMatchObject([{ from: START, to: START + MINUTE, verdict: "fault", by: "ann", note: "disk full" }]);
  expect((await ask("host?host=web-07")).answer.times).toEqual([]);
  expect(await change("label-time", { ...missed, host: "nobody" })).toMatchObject({ status: 404 });
  expect(await change("label-time", { ...missed, to: START - 1 })).toMatchObject({
    status: 409,
    answer: { error: "it ends before it begins: swap from and to" },
  });
  await change("unlabel-time", { id: times[0].id });
  expect((await ask("host?host=db-01")).answer.times).toEqual([]);
});

test("the queue shows the incidents without a label", async () => {
  expect((await ask("labels")).answer).toMatchObject({
    queue: [],
    unlabelled: 0,
    labelled: 1,
    conflicts: { people: [] },
  });
});

test("the list of quiet patterns names who labelled them, and a press withdraws one", async () => {
  const quiet = {
    ...{ id: "K7Q2RT", host: "web-07", group: "web", main: { pattern: "high cpu_busy_percent", most: 90 }, others: [] },
    ...{ by: "anna", reason: "nightly report", since: START, until: world.now() + 60 * MINUTE, incidents: 4 },
  };
  await world.stores.alerting.saveQuiet({ ...quiet, revision: 0 });
  await world.stores.alerting.saveQuiet({ ...quiet, id: "H9TTRQ", until: world.now(), revision: 0 });
  const { main: _main, others: _others, ...words } = quiet;
  expect((await ask("labels")).answer.quiets).toEqual([{ ...words, what: "cpu_busy_percent high" }]);
  expect(await change("withdraw", { id: "K7Q2RT" })).toMatchObject({ status: 200 });
  expect((await ask("labels")).answer.quiets).toEqual([]);
  expect((await world.stores.alerting.quiets()).map(({ until }) => until)).toEqual([world.now(), world.now()]);
  expect(await change("withdraw", { id: "K7Q2RT" })).toMatchObject({
    status: 409,
    answer: { error: expect.stringContaining("is over already") },
  });
});

test("a silence is added on the page, listed while it holds, and ended", async () => {
  const { answer } = await change("silence", { host: "web-*", hours: 4, reason: " new\ndisks " });
  const { id } = answer.silence;
  const until = world.now() + 4 * 60 * MINUTE;
  expect((await ask("silences")).answer.silences).toEqual([
    { id, host: "web-*", reason: "new disks", by: "ann", from: world.now(), until, holds: true },
  ]);
  expect(await change("end-silence", { id })).toMatchObject({
    status: 200,
    answer: { silence: { until: world.now() } },
  });
  expect((await ask("silences")).answer.silences).toEqual([]);
  expect(await change("end-silence", { id })).toMatchObject({
    status: 409,
    answer: { error: expect.stringContaining("is over already") },
  });
});

test("the fleet shows the time from the sample that opened an incident to its message", async () => {
  await world.pass(1, [WEB, DB]);
  const events = await follow(world.page.url);
  const { summary, incidents } = await events.next("snapshot");
  const [{ notified, opened }] = incidents;
  // The minute's last sample but three opened it, and its record came at the end of the minute.
  expect(notified - opened).toBe(40_000);
  expect(summary.latency).toEqual({ messages: 1, medianMs: 40_000, p95Ms: 40_000 });
  events.end();
});

test("an incident that comes again shows the one before it, and the events declared just before", async () => {
  await world.pass(15, [WEB, DB]);
  await world.pass(1, [WEB, DB], ["web-07"]);
  const { incidents } = (await ask("incidents")).answer;
  const [newest, first] = incidents;
  const at = newest.opened - 6 * MINUTE;
  await world.stores.alerting.saveEvent({
    id: "E-K7Q2RT",
    matcher: { group: "web" },
    text: "deploy 4.2",
    by: "bo",
    at,
  });
  expect(incidents.map(({ host }: { host: string }) => host)).toEqual(["web-07", "web-07"]);
  const { answer } = await ask(`incident?host=web-07&opened=${newest.opened}`);
  expect(answer.began).toBe('began 6 min after "deploy 4.2" (by bo)');
  expect(answer.similar).toMatchObject({
    count: 1,
    labelled: { fault: 1, normal: 0 },
    newest: [{ id: first.id, verdict: "fault", note: "a stuck job" }],
  });
  expect((await ask("labels")).answer).toMatchObject({ unlabelled: 1, queue: [{ id: newest.id }] });
  expect((await ask(`incidents?before=${newest.opened}`)).answer.incidents).toMatchObject([{ id: first.id }]);
});

test.each([
  ["host?host=nobody", 404, "nobody"],
  ["host?host=web-07&window=2y", 400, "30, 1h, 6h, 1d, 7d"],
  ["host?host=web-07&from=9&to=9", 400, "at least a second before to"],
  ["host?host=web-07&from=0&to=604800001", 400, "at most a week apart"],
  ["scores?host=web-07&from=5", 400, "to must be a number"],
  ["host", 400, "host is missing"],
  ["incident?host=web-07&opened=1", 404, "opened at 1"],
  ["incident?host=web-07&opened=soon", 400, "must be a number"],
  ["histogram", 400, "host is missing"],
  ["histogram?host=nobody", 404, "nobody"],
  ["threshold?host=web-07&group=web", 400, "exclude each other"],
  ["threshold?group=nobody", 404, "no such host"],
  ["what-if?epsilon=0", 400, "above 0"],
  ["what-if?epsilon=Infinity", 400, "number"],
])("%s is answered %i: …%s…", async (path, status, words) => {
  expect(await ask(path)).toEqual({ status, answer: { error: expect.stringContaining(words) } });
});

test.each([
  ["label", { host: "web-07", opened: 1, verdict: "fault" }, 404],
  ["withdraw", { id: "ZZZ999" }, 409],
  ["label", { host: "web-07", opened: START, verdict: "maybe" }, 400],
  ["label", { host: "web-07", opened: START, verdict: "fault", category: "moon" }, 400],
  ["label", { host: "web-07", opened: START, verdict: "fault", note: "x".repeat(501) }, 400],
  // 256 is the length that the wire allows (docs/wire-format.md).
  ["label", { host: "h".repeat(256), opened: START, verdict: "fault" }, 404],
  ["label", { host: "h".repeat(257), opened: START, verdict: "fault" }, 400],
  ["rollback", { owner: `group#${"g".repeat(256)}`, version: 1 }, 409],
  ["label", { host: "web-07", opened: START, verdict: "fault", by: "somebody else" }, 400],
  ["acknowledge", { host: "web-07", opened: 1 }, 404],
  ["acknowledge", [], 400],
  ["silence", { hours: 1, reason: "no hosts" }, 400],
  ["silence", { host: "web-07", hours: 1, reason: " " }, 400],
  ["silence", { host: "web-07", hours: 169, reason: "too long" }, 400],
  ["end-silence", { id: "ZZZ999" }, 409],
  ["rollback", { owner: "host#web-07", version: 99 }, 409],
  ["epsilon", { owner: "host#nobody", epsilon: 3 }, 409],
  ["epsilon", { owner: "host#web-07", epsilon: -1 }, 400],
])("the change %s %j is answered %i", async (path, body, status) => {
  expect(await change(path, body)).toEqual({ status, answer: { error: expect.any(String) } });
});

test("a change at which the store fails is no refusal: the page answers 500 and logs the error", async () => {
  const broken = await openWorld(START);
  Object.assign(broken.stores.alerting, { silences: () => Promise.reject(new Error("throttled")) });
  const { status } = await (await changer(broken.page.url))("end-silence", { id: "ZZZ999" });
  expect(status).toBe(500);
  expect(broken.log.join("\n")).toContain("throttled");
  await broken.close();
});
