// Silences and acknowledgements with the real commands on the twin.

import { localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import { aFleetIncident, anIncident, aState } from "../contract/examples.ts";
import { liveTwin, run } from "./live.ts";

const HOUR = 3_600_000;
const START = Date.now() - HOUR;
const opened = START;

let twin: Awaited<ReturnType<typeof liveTwin>>;
let stores: ReturnType<typeof createStores>;

beforeAll(async () => {
  twin = await liveTwin(START);
  stores = createStores(localEnvironment(twin.endpoint), Date.now, Math.random);
}, 60_000);

afterAll(async () => {
  stores.close();
  await twin.close();
});

async function said(...words: readonly string[]): Promise<string> {
  const { code, out, err } = await run(...words, "--endpoint", twin.endpoint);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

const silence = (...words: readonly string[]) => run("silence", ...words, "--endpoint", twin.endpoint);
const listed = async (...words: readonly string[]) =>
  JSON.parse(await said("silence", "list", ...words, "--json")).silences.map(({ id }: { id: string }) => id);

test("a silence is added, listed and ended; then only --all lists it", async () => {
  expect(await said("silence")).toBe("No silences.\n");
  const before = Date.now();
  const { silence: added } = JSON.parse(
    await said("silence", "add", "--host", "web-*", "--for", "2h", "--reason", " new disks ", "--by", "ada", "--json"),
  );
  expect(added).toEqual({
    id: expect.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/),
    matcher: { host: "web-*" },
    reason: "new disks",
    by: "ada",
    from: expect.any(Number),
    until: added.from + 2 * HOUR,
    revision: 1,
  });
  expect(added.from).toBeGreaterThanOrEqual(before);
  expect(await stores.alerting.silences()).toEqual([added]);
  const list = await said("silence", "list");
  expect(list).toMatch(new RegExp(`^${added.id} +holds +hosts web-\\* .*nothing yet +ada +new disks$`, "m"));
  expect(await said("silence", "end", added.id.toLowerCase())).toBe(`${added.id} is over.\n`);
  expect(await listed()).toEqual([]);
  expect(await listed("--all")).toEqual([added.id]);
  expect((await silence("end", added.id)).err).toMatch(
    /is over already: `fleetwarden silence list --all --endpoint \S+` says since when\n$/,
  );
});

test("a future silence that is ended early never takes effect, and its windows are shown as they were written", async () => {
  const from = new Date(Date.now() + 24 * HOUR).toISOString();
  const until = new Date(Date.now() + 240 * HOUR).toISOString();
  const out = await said(
    ...["silence", "add", "--group", "web", "--host", "*", "--from", from, "--until", until, "--by", "ada"],
    ...["--recur", "Tue,Thu 02:00 2h Europe/Paris", "--reason", "backup"],
  );
  const [, id = ""] = /^(\w{6}): no notifications about hosts \* in groups web from /.exec(out) ?? [];
  expect(await said("silence", "list")).toMatch(new RegExp(`^${id} +to come .* Tue,Thu 02:00 2h Europe/Paris `, "m"));
  await said("silence", "end", id);
  const ended = (await stores.alerting.silences()).find((one) => one.id === id);
  expect(ended?.until).toBe(ended?.from);
});

test("a silence that ends in another year says which, when it is added and in the list", async () => {
  const out = await said("silence", "add", "--host", "web-07", "--for", "366d", "--reason", "x");
  const [, id = "", end = ""] = /^(\w{6}): .* until (\d+ \w+ \d{4} \d\d:\d\d UTC)\./.exec(out) ?? [];
  const { until } = (await stores.alerting.silences()).find((one) => one.id === id) ?? {};
  expect(Date.parse(end)).toBe(Math.floor((until ?? 0) / 60_000) * 60_000);
  expect(await said("silence", "list")).toContain(end);
  await said("silence", "end", id);
});

test("a silence that fits no known host is added, and the reply says so with the fix", async () => {
  await stores.hosts.save(aState("db-01", { group: "db" }));
  const add = async (...pattern: readonly string[]) => {
    const out = await said("silence", "add", ...pattern, "--for", "1h", "--reason", "x");
    await said("silence", "end", out.slice(0, 6));
    return out;
  };
  const nobody =
    /\nNo known host fits this silence: compare its pattern with the names that `fleetwarden hosts .*` lists\.\n$/;
  for (const pattern of [
    ["--host", "dv-*"],
    ["--group", "bd"],
    ["--host", "db-*", "--group", "web"],
  ])
    expect(await add(...pattern)).toMatch(nobody);
  for (const pattern of [
    ["--host", "db-*"],
    ["--group", "db"],
    ["--host", "db-*", "--group", "d*"],
  ])
    expect(await add(...pattern)).not.toContain("No known host");
});

const REASON = ["--reason", "x"];
const SOME = ["--host", "web-07", ...REASON];
test.each([
  ["no hosts", ["--for", "1h", ...REASON], "name them by --host, --group or both"],
  ["no end", SOME, "give either --for, like 2h, or --until"],
  ["two ends", [...SOME, "--for", "1h", "--until", "2099-01-01T00:00Z"], "either --for, like 2h, or --until"],
  ["an end that is past", [...SOME, "--until", "2020-01-01T00:00Z"], "give a later --until"],
  ["an end in ten years", [...SOME, "--for", "3650d"], "for more than a year: give an earlier end"],
  ["an end without a zone", [...SOME, "--until", "2099-01-01T00:00"], "Use ISO 8601 with a zone: 2026-12-01T02:00Z"],
  ["no reason", ["--host", "web-07", "--for", "1h"], "required option '--reason <text>' not specified"],
  ["an empty reason", ["--host", "web-07", "--for", "1h", "--reason", " "], "Use a text of 1 to 500 characters."],
  ["no known zone", [...SOME, "--for", "1h", "--recur", "02:00 2h Mars"], "Mars is no time zone: write an IANA name"],
  [
    "windows that lie beyond its end",
    [...SOME, "--from", "2098-12-02T00:00Z", "--until", "2098-12-02T01:00Z", "--recur", "02:00 2h UTC"],
    "no window of --recur lies before the end of the silence",
  ],
])("a silence with %s is rejected with the fix", async (_, words, problem) => {
  const known = (await stores.alerting.silences()).length;
  const { code, err } = await silence("add", ...words);
  expect(code).toBe(1);
  expect(err).toContain(problem);
  expect(await stores.alerting.silences()).toHaveLength(known);
});

test("the error for an unknown silence names the command that lists them", async () => {
  expect(await silence("end", "ZZZ999")).toMatchObject({
    code: 1,
    err: `fleetwarden: no silence ZZZ999: \`fleetwarden silence list --all --endpoint ${twin.endpoint}\` shows them\n`,
  });
});

test("the first acknowledgement of an incident stays, and the lists and the explanation name the person", async () => {
  await stores.incidents.save(anIncident("web-07", { opened }));
  expect(await said("ack", "abc234", "--by", "ada")).toMatch(/^ada acknowledged ABC234 of web-07 on .* UTC\.\n$/);
  const { acknowledged } = JSON.parse(await said("ack", "ABC234", "--by", "bob", "--json"));
  expect(acknowledged.by).toBe("ada");
  expect(await said("incidents")).toMatch(/^ABC234 .* ada$/m);
  expect(await said("explain", "ABC234")).toContain("ada acknowledged it on ");
  expect((await run("ack", "ZZZ999", "--endpoint", twin.endpoint)).err).toContain("no such incident: ZZZ999");
});

test("a label for a fleet's incident also labels its hosts' incidents", async () => {
  await stores.incidents.save(aFleetIncident("web", { opened }));
  for (const host of ["web-1", "web-2"]) {
    await stores.incidents.save(anIncident(host, { id: "DEF567", fleet: "FLEET2", opened }));
  }
  expect(await said("label", "FLEET2", "expected", "--by", "ada")).toContain(
    "FLEET2 of group#web is labelled expected, and those of 2 hosts with it.",
  );
  expect((await stores.incidents.get("web-2", opened))?.label).toMatchObject({ verdict: "expected", by: "ada" });
});
