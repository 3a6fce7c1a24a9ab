// One item that a program cannot read is copied, deleted and named once; all other items are read as before.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientConfig } from "../../lib/clients.ts";
import { gather } from "../../lib/gather-all.ts";
import type { Incident } from "../../lib/incident/incident.ts";
import { ENVIRONMENT } from "../../lib/resources.ts";
import { DynamoTable } from "../../lib/store/dynamo-table.ts";
import { itemOfHost } from "../../lib/store/host-item.ts";
import { createHostStore } from "../../lib/store/host-store.ts";
import { getOne, type Item, type ItemTable } from "../../lib/store/item-table.ts";
import { MemoryTable } from "../../lib/store/memory-table.ts";
import { setAside } from "../../lib/store/set-aside.ts";
import { anIncident, aState, NOON } from "../contract/examples.ts";
import { startDynalite } from "./dynalite.ts";

let dynalite: Awaited<ReturnType<typeof startDynalite>>;
let client: DynamoDBClient;

beforeAll(async () => {
  dynalite = await startDynalite();
  client = new DynamoDBClient(clientConfig(dynalite.env));
});
afterAll(async () => {
  client.destroy();
  await dynalite.stop();
});

const TABLES: readonly (readonly [string, () => ItemTable])[] = [
  ["in memory", () => new MemoryTable("hosts")],
  [
    "in DynamoDB",
    () =>
      new DynamoTable(client, "hosts", dynalite.env[ENVIRONMENT.hosts]!, {
        random: Math.random,
        sleep: async () => {},
      }),
  ],
];

describe.each(TABLES)("a table of hosts %s with an unreadable item", (_, create) => {
  const broken = (host: string): Item => ({ ...itemOfHost(aState(host, { revision: 7 })), format: { N: "99" } });

  async function world({ isBucketAway = false, incidents = [] as readonly Incident[] } = {}) {
    const copies = new Map<string, unknown>();
    const log: string[] = [];
    let counted = 0;
    const put = async (key: string, document: unknown) => {
      if (isBucketAway) throw new Error("no bucket");
      copies.set(key, document);
    };
    const table = create();
    const onUnreadable = setAside({
      bucket: { put, close() {} },
      clock: () => NOON,
      log: (what, detail) => log.push(`${what}: ${detail instanceof Error ? detail.message : detail}`),
      count: () => counted++,
      incidents: { ofHost: async () => incidents },
    });
    const hosts = createHostStore(table, onUnreadable);
    await table.put(itemOfHost(aState("db-1")));
    await table.put(broken("web/7"));
    return { table, hosts, onUnreadable, copies, log, counted: () => counted };
  }

  test("reads the others, and copies, deletes, counts and names that item once", async () => {
    const { hosts, table, log, counted } = await world();
    expect([...(await hosts.load(["web/7", "db-1"])).keys()]).toEqual(["db-1"]);
    expect([...(await hosts.load(["web/7", "db-1"])).keys()]).toEqual(["db-1"]);
    expect(await getOne(table, { host: { S: "web/7" } })).toBeUndefined();
    expect(log).toEqual([
      'set aside an unreadable item: table hosts, item with host "web/7", attribute format: this program reads 1, found 99; ' +
        "the host starts anew with its next record; its copy in the failures bucket: " +
        "unreadable/2026/11/22/hosts/web%2F7.json; if a newer version wrote it, deploy that version and put the copy back",
    ]);
    expect(counted()).toBe(1);
  });

  test("keeps a copy that can be put back", async () => {
    const { hosts, table, copies } = await world();
    for await (const _ of hosts.all());
    const { item } = copies.get("unreadable/2026/11/22/hosts/web%2F7.json") as { item: Record<string, { B?: string }> };
    // As the AWS CLI reads it: binary as base64.
    const restored = Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: new Uint8Array(Buffer.from(value.B, "base64")) },
    ]);
    await table.put({ ...Object.fromEntries(restored), format: { N: "1" } });
    expect((await hosts.load(["web/7"])).get("web/7")).toEqual(aState("web/7", { revision: 7 }));
  });

  test("lets an open incident go on in a new state, and announces it again", async () => {
    const incident = anIncident("web/7");
    const { hosts } = await world({ incidents: [anIncident("web/7", { id: "OLD234", resolved: NOON }), incident] });
    await hosts.load(["web/7"]);
    const pending = [{ kind: "opened" as const, id: "ABC234", opened: NOON, revision: 1 }];
    expect((await hosts.load(["web/7"])).get("web/7")).toEqual(aState("web/7", { revision: 8, incident, pending }));
  });

  test("leaves the item in place while the bucket is away, and still reads the others", async () => {
    const { hosts, table, log } = await world({ isBucketAway: true });
    expect((await gather(hosts.all())).map(({ host }) => host)).toEqual(["db-1"]);
    expect(await getOne(table, { host: { S: "web/7" } })).toMatchObject({ format: { N: "99" } });
    expect(log).toEqual([
      expect.stringMatching(/^not set aside yet: table hosts, item with host "web\/7".*no bucket$/),
    ]);
  });

  test("spares an item that somebody has replaced since it was read", async () => {
    const { hosts, table, onUnreadable, log } = await world();
    await table.put(itemOfHost(aState("web/7", { revision: 8 })));
    await onUnreadable({ table: "hosts", item: broken("web/7"), problem: "as a stale read saw it" }, table);
    expect((await hosts.load(["web/7"])).get("web/7")).toMatchObject({ revision: 8 });
    expect(log).toEqual([]);
  });
});
