// The refit function: the wishes of its event, and a day's work shared between invocations.
import { type Config, parseConfig } from "../../lib/config/config.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import { ENVIRONMENT } from "../../lib/resources.ts";
import { createStores } from "../../lib/store/aws.ts";
import { newHost } from "../../lib/watch/state.ts";
import { keepChunk } from "../contract/examples.ts";
import { schemaOf } from "../factories.ts";
import { startDynalite } from "../store/dynalite.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const MIDNIGHT = Math.floor(Date.now() / DAY) * DAY; // history expires by the store's clock
let now = MIDNIGHT;

let database: Awaited<ReturnType<typeof startDynalite>>;
let stores: ReturnType<typeof createStores>;

beforeEach(async () => {
  now = MIDNIGHT;
  database = await startDynalite();
  stores = createStores(database.env, () => now, Math.random);
  for (const [host, group] of [
    ["db-1", "db"],
    ["web-1", "web"],
    ["web-2", "web"],
  ] as const) {
    await stores.hosts.save({ ...newHost(host, group), seen: 100, newest: now });
    await keepChunk(stores, {
      host,
      schema: schemaOf("cpu"),
      times: Float64Array.from({ length: 100 }, (_, i) => now - (100 - i) * MINUTE),
      values: Float64Array.from({ length: 100 }, (_, i) => Math.sin(i * i)),
      flags: new Uint8Array(100),
    });
  }
});

afterEach(async () => {
  stores.close();
  await database.stop();
});

/** The handler and what it reported, in a function that has this many minutes. */
function refitIn(minutes: number, config?: Config) {
  const env = {
    ...database.env,
    [ENVIRONMENT.alerts]: "arn:aws:sns:eu-central-1:000000000000:alerts",
  };
  const counts: unknown[] = [];
  const { refit } = createHandlers({
    env,
    ...(config && { config: () => config }),
    clock: () => now++,
    random: Math.random,
    report: (count) => counts.push(count),
    log: (what, error) => {
      throw new Error(what, { cause: error });
    },
  });
  return { counts, refit: (event: unknown) => refit(event, { getRemainingTimeInMillis: () => minutes * MINUTE }) };
}

const ownersOf = (answer: unknown) => (answer as { reports: { owner: string }[] }).reports.map(({ owner }) => owner);
const EVERYTHING = ["host#db-1", "host#web-1", "host#web-2", "group#web"];

test.each([{}, undefined, null, "now", { source: "aws.events", "detail-type": "Scheduled Event" }])(
  "a schedule's event (%j) starts the day's work, once a day",
  async (event) => {
    const { refit, counts } = refitIn(15);
    expect(ownersOf(await refit(event))).toEqual(EVERYTHING);
    expect(counts).toEqual([{ BaselinesPromoted: 4, BaselinesRefused: 0 }]);
    expect(await refit(event)).toEqual({ reports: [] });
    now = MIDNIGHT + DAY;
    expect(ownersOf(await refit(event))).toEqual(EVERYTHING);
  },
);

test("a function without time refits one host per call", async () => {
  const { refit } = refitIn(2);
  expect(ownersOf(await refit({}))).toEqual(["host#db-1"]);
  expect(ownersOf(await refit({}))).toEqual(["host#web-1"]);
  expect(ownersOf(await refit({}))).toEqual(["host#web-2"]);
  expect(await refit({})).toEqual({ reports: [] });
});

test("a person may refit the fleet at once, repeatedly, and continue where time ran out", async () => {
  const { refit } = refitIn(15);
  expect(ownersOf(await refit({ all: true }))).toEqual(EVERYTHING);
  expect(ownersOf(await refit({ all: true }))).toEqual(EVERYTHING);
  const short = refitIn(2).refit;
  expect(await short({ all: true })).toMatchObject({ next: { group: "db", host: "db-1" } });
  expect(await short({ all: true, after: { group: "db", host: "db-1" } })).toMatchObject({
    reports: [{ owner: "host#web-1" }],
    next: { group: "web", host: "web-1" },
  });
  const end = await short({ all: true, after: { group: "web", host: "web-1" } });
  expect(ownersOf(end)).toEqual(["host#web-2"]);
  expect(end).not.toHaveProperty("next");
});

test("a refit of one host uses the settings of its group", async () => {
  const detectors = { web: { detector: "zscore" }, "*": { detector: "gaussian" } };
  const { refit, counts } = refitIn(15, parseConfig(JSON.stringify({ version: 1, detectors })));
  expect(await refit({ host: "web-1" })).toMatchObject({ reports: [{ owner: "host#web-1", detector: "zscore" }] });
  expect(await refit({ host: "db-1" })).toMatchObject({ reports: [{ owner: "host#db-1", detector: "gaussian" }] });
  expect(counts).toHaveLength(2);
  await expect(refit({ host: "web-9" })).rejects.toThrow("no host web-9");
});
