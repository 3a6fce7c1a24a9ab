// Export and import of labels as CSV, with the real commands on the twin.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnomalyIncident } from "../../lib/incident/incident.ts";
import type { Label } from "../../lib/incident/label.ts";
import { localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import type { Stores } from "../../lib/store/stores.ts";
import { newHost } from "../../lib/watch/state.ts";
import { anIncident, judged } from "../contract/examples.ts";
import { schemaOf } from "../factories.ts";
import { liveTwin, run } from "./live.ts";

const HOUR = 3_600_000;
/** Noon of the day before yesterday. */
const NOON = Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR - 36 * HOUR;

let folder: string;
let twin: Awaited<ReturnType<typeof liveTwin>>;
let stores: Stores;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-labels-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The commands of this work talk to their own twin. */
async function withTwin(work: () => Promise<void>): Promise<void> {
  const outer = { twin, stores };
  twin = await liveTwin(NOON);
  stores = createStores(localEnvironment(twin.endpoint), Date.now, Math.random);
  try {
    await work();
  } finally {
    stores.close();
    await twin.close();
    ({ twin, stores } = outer);
  }
}

function testOnTwin(name: string, work: () => Promise<void>): void {
  test(name, () => withTwin(work));
}

/** An incident of half an hour; `hours` is the time between noon and its start. */
async function incident(
  id: string,
  host: string,
  hours: number,
  changes: Partial<AnomalyIncident> = {},
): Promise<AnomalyIncident> {
  const opened = NOON + hours * HOUR;
  const one = {
    ...anIncident(host),
    id,
    opened,
    lastAnomaly: opened + HOUR / 4,
    resolved: opened + HOUR / 2,
    ...changes,
  };
  await stores.incidents.save(one);
  return one;
}

async function label(
  { host, opened }: AnomalyIncident,
  verdict: Label["verdict"],
  by: string,
  more: Partial<Label> = {},
) {
  await stores.incidents.label(host, opened, { verdict, by, at: NOON + 10 * HOUR, ...more });
}

async function said(...words: string[]): Promise<string> {
  const { code, out, err } = await run(...words, "--endpoint", twin.endpoint);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

function fileOf(text: string): string {
  const path = join(folder, "labels.csv");
  writeFileSync(path, text);
  return path;
}

const imported = async (text: string, ...options: string[]) =>
  JSON.parse(await said("labels", "import", fileOf(text), "--json", ...options));
const labelOf = async ({ host, opened }: AnomalyIncident) => (await stores.incidents.get(host, opened))?.label;
const at = (hours: number) => new Date(NOON + hours * HOUR).toISOString();

testOnTwin("an exported file labels the same incidents elsewhere, and a second import adds nothing", async () => {
  const first = await incident("AAA222", "web-07", 0);
  const open = await incident("BBB222", "web-08", 1);
  await incident("CCC222", "web-07", 2);
  await label(first, "false", "jo", { note: 'nightly "backup", as always' });
  await label(open, "fault", "link 1 (ann)", { category: "hardware" });
  const csv = await said("labels", "export");
  expect(csv).toBe(
    "id,host,group,opened,resolved,lastAnomaly,verdict,by,at,note,from,to,category\n" +
      `AAA222,web-07,${first.group},${at(0)},${at(0.5)},${at(0.25)},false,jo,${at(10)},"nightly ""backup"", as always",,,\n` +
      `BBB222,web-08,${first.group},${at(1)},${at(1.5)},${at(1.25)},fault,link 1 (ann),${at(10)},,,,hardware\n`,
  );
  const again = { labelled: 0, times: 0, known: 2, outdated: 0, unmatched: [], dryRun: false };
  expect(await imported(csv)).toEqual(again);
  const elsewhere = async () => {
    await incident("AAA222", "web-07", 0);
    await incident("BBB222", "web-08", 1);
    expect(await imported(csv, "--dry-run")).toEqual({ ...again, labelled: 2, known: 0, dryRun: true });
    expect(await labelOf(first)).toBeUndefined();
    expect(await imported(csv)).toEqual({ ...again, labelled: 2, known: 0 });
    expect(await labelOf(first)).toEqual({
      verdict: "false",
      by: "jo",
      at: NOON + 10 * HOUR,
      note: 'nightly "backup", as always',
    });
    expect(await imported(csv)).toEqual(again);
    expect(await said("labels", "export")).toBe(csv);
  };
  await withTwin(elsewhere);
});

testOnTwin(
  "a time range labels every incident of the host that overlaps it; rows without a match are reported",
  async () => {
    const long = await incident("AAA222", "web-07", 0, { resolved: NOON + 5 * HOUR });
    const before = await incident("BBB222", "web-07", 1);
    const within = await incident("CCC222", "web-07", 3);
    const other = await incident("DDD222", "web-08", 3);
    const csv =
      `host,from,to,verdict,note\nweb-07,${at(2)},${(NOON + 3 * HOUR) / 1000},fault,ticket 7\n` +
      `web-07,${at(20)},${at(21)},false,\nweb-09,${at(2)},${at(4)},false,\n`;
    const file = fileOf(csv);
    const text = await said("labels", "import", file, "--by", "jo");
    expect(text).toBe(
      "2 labels were added to incidents and 0 to times without one, 0 were stored already, 0 are older than the stored ones.\n" +
        "2 rows match no incident: 2 (web-07), 3 (web-09)\n" +
        `The next refit counts them; \`fleetwarden refit --endpoint ${twin.endpoint}\` runs one now.\n`,
    );
    for (const one of [long, within]) {
      expect(await labelOf(one)).toMatchObject({ verdict: "fault", by: "jo", note: "ticket 7" });
    }
    for (const one of [before, other]) expect(await labelOf(one)).toBeUndefined();
    expect(await imported(csv, "--by", "jo")).toMatchObject({ labelled: 0, known: 2 });
  },
);

testOnTwin(
  "an import names the row whose time cannot be labelled, in a trial too, and a file that is not there",
  async () => {
    const refused = async (...words: string[]) => {
      const { code, err } = await run("labels", "import", ...words, "--endpoint", twin.endpoint);
      expect(code).toBe(1);
      return err;
    };
    const days = (count: number) => at(24 * count);
    const row = (to: string) => `web-07,${days(-40)},${to},fault\n`;
    const file = fileOf(`host,from,to,verdict\n${row(days(-11))}${row(days(-9))}`);
    const message = "fleetwarden: row 2 (web-07): it lasts longer than 30 days: give a shorter time\n";
    expect(await refused(file, "--dry-run")).toBe(message);
    expect(await refused(file)).toBe(message);
    const missing = join(folder, "missing.csv");
    expect(await refused(missing)).toBe(`fleetwarden: ${missing}: no such file: check the path\n`);
  },
);

testOnTwin("a range matches an incident from its first to its last moment, and not a millisecond beyond", async () => {
  await incident("AAA222", "web-07", 0);
  const over = NOON + HOUR / 2;
  const row = (from: number, to: number) => imported(`host,from,to,verdict\nweb-07,${from},${to},false\n`, "--dry-run");
  expect(await row(NOON - HOUR, NOON)).toMatchObject({ labelled: 1 });
  expect(await row(NOON - HOUR, NOON - 1)).toMatchObject({ labelled: 0, unmatched: [{ row: 1, incident: "web-07" }] });
  expect(await row(over, over)).toMatchObject({ labelled: 1 });
  expect(await row(over + 1, over + HOUR)).toMatchObject({ labelled: 0 });
});

testOnTwin(
  "an older label does not replace a newer one; a label without a time gets the time of the import",
  async () => {
    const one = await incident("AAA222", "web-07", 0);
    await label(one, "false", "jo", { at: NOON + 10 * HOUR });
    expect(await imported(`id,verdict,by,at\nAAA222,fault,ann,${at(9)}\n`)).toMatchObject({ labelled: 0, outdated: 1 });
    expect(await labelOf(one)).toMatchObject({ verdict: "false", by: "jo" });
    expect(await imported("id,verdict,by\naaa222,fault,ann\n")).toMatchObject({ labelled: 1 });
    expect(await labelOf(one)).toMatchObject({ verdict: "fault", by: "ann" });
    expect(await imported("id,verdict,by\nAAA222,fault,ann\n")).toMatchObject({ labelled: 0, known: 1 });
  },
);

testOnTwin("conflicts are different labels from two people, and similar incidents with opposite labels", async () => {
  const cause = (metric: string, now: number) => ({
    metric,
    now,
    expected: 10,
    low: 5,
    high: 15,
    contribution: 9,
    share: 1,
  });
  const high = { causes: [cause("cpu", 90)] };
  const disputed = await incident("AAA222", "web-07", 0, high);
  await label(disputed, "fault", "ann");
  await label(disputed, "false", "jo");
  const changed = await incident("BBB222", "web-07", 1, high);
  await label(changed, "false", "ann");
  await label(changed, "fault", "ann");
  const unsure = await incident("CCC222", "web-07", 2, { causes: [cause("cpu", 1)] });
  await label(unsure, "false", "ann");
  await label(unsure, "unknown", "jo");
  await label(await incident("DDD222", "web-08", 3, high), "new-normal", "jo");
  await label(await incident("EEE222", "web-07", 4, high), "new-normal", "jo");
  await label(await incident("FFF222", "web-07", 5, high), "expected", "jo");
  expect(await said("labels", "conflicts")).toBe(
    "id      host    what people say\n" +
      "AAA222  web-07  fault (ann), false (jo)\n\n" +
      "host    first cause  a fault  normal\n" +
      "web-07  cpu high     BBB222   AAA222 EEE222\n",
  );
  const { people, alike } = JSON.parse(await said("labels", "conflicts", "--json"));
  expect(people).toMatchObject([{ id: "AAA222", labels: [{ verdict: "fault" }, { verdict: "false", by: "jo" }] }]);
  expect(alike).toEqual([
    { host: "web-07", metric: "cpu", direction: "high", fault: ["BBB222"], normal: ["AAA222", "EEE222"] },
  ]);
  expect(await said("labels", "conflicts", "--since", "1h")).toBe("No conflicts.\n");
});

testOnTwin("the queue names the few incidents that are worth an answer, and how to give it", async () => {
  const peak = (ratio: number) => ({ peak: judged(NOON, 8 * ratio, 8), causes: [] });
  await incident("AAA222", "web-07", 0, peak(5));
  await incident("BBB222", "web-08", 1, peak(1.2));
  await label(await incident("CCC222", "web-09", 2, peak(1.1)), "fault", "jo");
  const { queue } = JSON.parse(await said("labels", "queue", "--json"));
  expect(queue.map(({ id }: { id: string }) => id)).toEqual(["BBB222", "AAA222"]);
  const text = await said("labels", "queue", "--limit", "1");
  expect(text).toMatch(/^BBB222 {2}web-08 {2}.* 1\.2 × epsilon/m);
  expect(text).not.toContain("AAA222");
  expect(text).toMatch(/Was it right\? `fleetwarden label BBB222 fault[^`]*` or `fleetwarden label BBB222 false[^`]*`/);
  expect(await said("labels", "queue", "--since", "1h")).toBe("Nothing waits for a label.\n");
});

testOnTwin("labelled rows are checked against the host's metrics, stored, shown and removed", async () => {
  const rows = (text: string) => {
    const path = join(folder, "rows.csv");
    writeFileSync(path, text);
    return path;
  };
  const schema = schemaOf("cpu", "load");
  await stores.baselines.remember(schema);
  await stores.hosts.save({ ...newHost("web-07", "web"), schema: schema.id });
  const good = rows("load,cpu,label\n1,2,0\n3,,1\n");
  expect(await said("labels", "rows", "web-07", good, "--by", "jo")).toMatch(
    /^web-07 has 2 labelled rows, 1 of them anomalies, set by jo on .*\. The next refit counts that/,
  );
  expect(await stores.baselines.rows("host#web-07")).toMatchObject({
    ...{ names: ["load", "cpu"], rows: Float64Array.of(1, 2, 3, Number.NaN), labels: Uint8Array.of(0, 1), by: "jo" },
  });
  for (const [text, problem] of [
    ["load,gone,label\n1,2,1\n", "the host sends no metric gone"],
    ["load,cpu\n1,2\n", "no column named label"],
    ["load,cpu,label\n1,2,0\n", "no row has label 1"],
    [`cpu,label\n${"1,1\n".repeat(50_001)}`, "50001 rows of 1 metrics: give at most 50000 rows"],
  ] as const)
    expect(await run("labels", "rows", "web-07", rows(text), "--endpoint", twin.endpoint)).toMatchObject({
      ...{ code: 1, err: expect.stringContaining(problem) },
    });
  expect(await said("labels", "rows", "web-07")).toMatch(/^web-07 has 2 labelled rows/);
  expect(await said("labels", "rows", "web-07", "--remove")).toMatch(/^web-07 has no labelled rows\./);
  expect(await run("labels", "rows", "web-99", "--endpoint", twin.endpoint)).toMatchObject({ code: 1 });
});

testOnTwin("a missed fault is labelled by its time, exported, imported elsewhere, and taken back", async () => {
  await stores.hosts.save(newHost("web-07", "web"));
  const noticed = await incident("AAA222", "web-07", 0);
  const add = async (...words: string[]) => run("labels", "add", ...words, "--by", "jo", "--endpoint", twin.endpoint);
  const early = await add("fault", "--host", "web-07", "--from", at(0.2), "--to", at(0.3));
  expect(early.out).toMatch(/^An incident had opened then: AAA222 is labelled fault\./);
  expect(await labelOf(noticed)).toMatchObject({ verdict: "fault", by: "jo" });

  const { out } = await add(
    "fault",
    "--host",
    "web-07",
    "--from",
    at(2),
    "--to",
    at(3),
    "--note",
    "disk full",
    "--category",
    "security",
  );
  const [id = ""] = /^T-[2-9A-Z]{6}/.exec(out) ?? [];
  await add("expected", "--group", "web", "--from", at(5), "--to", at(6));
  const csv = await said("labels", "export");
  const [, own, first, group] = csv.split("\n");
  expect(own).toMatch(/^AAA222,web-07,/);
  expect(first).toMatch(new RegExp(`^,web-07,,,,,fault,jo,[^,]+,disk full,${at(2)},${at(3)},security$`));
  expect(group).toMatch(new RegExp(`^,,web,,,,expected,jo,[^,]+,,${at(5)},${at(6)},$`));
  expect(await imported(csv)).toMatchObject({ labelled: 0, times: 0, known: 3, unmatched: [] });
  await withTwin(async () => {
    expect(await imported(csv, "--dry-run")).toMatchObject({ times: 2, unmatched: [{ row: 1, incident: "AAA222" }] });
    expect(await stores.alerting.timeLabels()).toEqual([]);
    expect(await imported(csv)).toMatchObject({ times: 2, unmatched: [{ row: 1 }] });
    expect(await imported(csv)).toMatchObject({ times: 0, known: 2 });
    expect(await stores.alerting.timeLabels()).toMatchObject([{ about: {} }, { about: {} }]);
  });
  expect(await said("labels", "remove", id)).toBe(`${id} is removed. The next refit does without it.\n`);
  expect((await stores.alerting.timeLabels()).map(({ about }) => about)).toEqual([{ group: "web" }]);

  for (const [words, problem] of [
    [["fault", "--host", "web-99", "--from", at(2), "--to", at(3)], "no such host: web-99"],
    [["fault", "--from", at(2), "--to", at(3)], "give either --host or --group"],
    [["fault", "--host", "web-07", "--from", at(3), "--to", at(2)], "it ends before it begins"],
    [["fault", "--host", "web-07", "--from", at(2), "--to", at(200)], "it ends in the future"],
  ] as const)
    expect(await add(...words)).toMatchObject({ code: 1, err: expect.stringContaining(problem) });
});

testOnTwin("nothing is imported from a rejected file", async () => {
  const one = await incident("AAA222", "web-07", 0);
  const { code, err } = await run("labels", "import", fileOf("id,verdict\nAAA222,fault\nBBB222,wrong\n"));
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/labels\.csv, row 2: verdict "wrong": use /) });
  expect(await labelOf(one)).toBeUndefined();
});
