// Events with the real commands on the twin.
import { localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import { anIncident } from "../contract/examples.ts";
import { liveTwin, run } from "./live.ts";

const START = Date.now() - 3_600_000;
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

const event = (...words: readonly string[]) => run("event", ...words, "--endpoint", twin.endpoint);
async function said(...words: readonly string[]): Promise<string> {
  const { code, out, err } = await event(...words);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

test("an event is declared in one line, listed, explained, and taken back", async () => {
  expect(await said("list")).toBe("No events.\n");
  const out = await said(" deploy\u001b 4.2", "--group", "web", "--at", "10m", "--by", "anna");
  const [, id = ""] = /^(E-[2-9A-HJKMNP-Z]{6}): messages about groups web name it until an hour after /.exec(out) ?? [];
  const { events } = JSON.parse(await said("list", "--json"));
  expect(events).toEqual([{ id, matcher: { group: "web" }, text: "deploy 4.2", by: "anna", at: expect.any(Number) }]);
  expect(await said("list")).toMatch(new RegExp(`^${id} .* groups web +deploy 4.2 +anna$`, "m"));

  await stores.incidents.save(anIncident("web-07", { group: "web", opened: events[0].at + 120_000 }));
  const explained = await run("explain", "ABC234", "--endpoint", twin.endpoint);
  expect(explained.out).toContain('\nIt began 2 min after "deploy 4.2" (by anna).\n');

  expect(await said("remove", id.toLowerCase())).toBe(`${id} is removed.\n`);
  expect(await said("list")).toBe("No events.\n");
  expect((await event("remove", id)).err).toMatch(/`fleetwarden event list --since 30d --endpoint \S+` lists them/);
});

test("an event without hosts is about all hosts", async () => {
  const { event: added } = JSON.parse(await said("new switch", "--json"));
  expect(added).toMatchObject({ matcher: { group: "*" }, text: "new switch" });
  await said("remove", added.id);
});

test("an event of one word is stored, but not the misspelt name of a command", async () => {
  const { event: added } = JSON.parse(await said("reboot", "--json"));
  expect(added).toMatchObject({ text: "reboot" });
  await said("remove", added.id);
  expect((await event("lst")).code).toBe(1);
  expect(await said("list")).toBe("No events.\n");
  const { event: longer } = JSON.parse(await said("list it", "--json"));
  await said("remove", longer.id);
});

test.each([
  ["no text", [" "], "Use a text of 1 to 80 characters."],
  ["a long text", ["x".repeat(81)], "Use a text of 1 to 80 characters."],
  ["a time to come", ["deploy", "--at", "2099-01-01T00:00Z"], "it is in the future: declare it when it happens"],
  ["a time long ago", ["deploy", "--at", "31d"], "it is older than 30 days: give a later time"],
])("an event with %s is refused with the fix", async (_, words, problem) => {
  const { code, err } = await event(...words);
  expect(code).toBe(1);
  expect(err).toContain(problem);
  expect(await said("list", "--since", "30d")).toBe("No events.\n");
});
