// The lists during an outage of a group, with the real commands on the twin.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import { aFleetIncident, anIncident, aState } from "../contract/examples.ts";
import { liveTwin, run } from "./live.ts";

const MINUTE = 60_000;
const OPENED = Date.now() - 30 * MINUTE;
const HOSTS = ["db-01", "db-02", "db-03", "db-04", "db-05"];

let twin: Awaited<ReturnType<typeof liveTwin>>;

beforeAll(async () => {
  twin = await liveTwin(OPENED);
  const stores = createStores(localEnvironment(twin.endpoint), Date.now, Math.random);
  for (const [i, host] of HOSTS.entries()) {
    const part = anIncident(host, { id: `PART2${i}`, group: "db", opened: OPENED + i, fleet: "FLEET2" });
    await stores.incidents.save(part);
    await stores.hosts.save(aState(host, { group: "db", incident: part }));
  }
  await stores.incidents.save(aFleetIncident("db", { opened: OPENED - MINUTE }));
  await stores.incidents.save(
    anIncident("web-07", { id: "NEWER2", opened: OPENED + 9 * MINUTE, resolved: Date.now() }),
  );
  stores.close();
}, 60_000);

afterAll(() => twin.close());

async function said(...words: string[]): Promise<string> {
  const { code, out, err } = await run(...words, "--endpoint", twin.endpoint);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

test("incidents shows a group's open incident as one line, before newer ones that are over", async () => {
  const lines = (await said("incidents")).trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^FLEET2 +group db: 5 of 9 hosts +critical .* open .* cpu 98.5, normal 2-22/);
  expect(lines[2]).toMatch(/^NEWER2 +web-07 /);
  expect(await said("incidents", "--limit", "1")).toMatch(/\nand 1 more: --limit 2 shows them\n$/);
  expect(JSON.parse(await said("incidents", "--limit", "1", "--json"))).toMatchObject({
    incidents: [{ id: "FLEET2" }],
    more: 1,
  });
});

test("incidents lists the hosts of a group's incident on request, and always the incidents of one host", async () => {
  const { incidents } = JSON.parse(await said("incidents", "--parts", "--json"));
  expect(incidents).toHaveLength(7);
  expect(await said("incidents", "--host", "db-03")).toMatch(/\nPART22 +db-03 /);
});

test("hosts --worst has one line for the hosts of a group's incident", async () => {
  expect((await said("hosts", "--worst")).trimEnd().split("\n").slice(1)).toEqual([
    expect.stringMatching(
      /^db-01, db-02, db-03 and 2 more +db +group db: 5 of 9 hosts: cpu 98.5, .*fleetwarden explain FLEET2 --endpoint /,
    ),
  ]);
});

test("labels queue asks about the group's incident, and not about each host's", async () => {
  expect((await said("labels", "queue")).split("\n").slice(1, 3)).toEqual([
    expect.stringMatching(/^FLEET2 +group db: 5 of 9 hosts /),
    expect.stringMatching(/^NEWER2 +web-07 /),
  ]);
});

test("hosts shows the attributes of records that send brought", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fleetwarden-send-"));
  const path = join(folder, "records.ndjson");
  const record = { host: "mail-01", time: Date.now(), metrics: { cpu: 1 }, attributes: { region: "eu-west-1" } };
  await writeFile(path, JSON.stringify(record));
  await said("send", path);
  await rm(folder, { recursive: true });
  await twin.idle();
  expect(await said("hosts", "--host", "mail-01")).toMatch(/^mail-01 .* region=eu-west-1$/m);
});
