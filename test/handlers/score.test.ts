// The function `score` as Lambda calls it.

import { type Config, parseConfig } from "../../lib/config/config.ts";
import { eventOf } from "../../lib/handlers/contract.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import type { HandlerOptions } from "../../lib/handlers/options.ts";
import type { TopicMessage } from "../../lib/notify/publish.ts";
import { ENVIRONMENT } from "../../lib/resources.ts";
import { createStores } from "../../lib/store/aws.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { HOUR_MS } from "../../lib/time.ts";
import { startDynalite } from "../store/dynalite.ts";

const context = { getRemainingTimeInMillis: () => 60_000 };

const NOW = Date.now();

/** One record of one sample, in the plain format. */
function batchOf(host: string, sequence: number, metrics: Record<string, number>, age = 0, group = "web") {
  const arrival = NOW + sequence * 1_000;
  const time = arrival - age;
  const data = Buffer.from(JSON.stringify({ host, group, time, metrics })).toString("base64");
  return { Records: [eventOf({ sequenceNumber: String(sequence), partitionKey: host, arrival, data })] };
}

let database: Awaited<ReturnType<typeof startDynalite>>;

beforeAll(async () => {
  database = await startDynalite();
});

afterAll(() => database.stop());

function scoreOf(options: Partial<HandlerOptions>) {
  const { score } = createHandlers({
    // Nothing answers at the topic's address, so notices stay unsent.
    env: { ...database.env, [ENVIRONMENT.alerts]: "arn:aws:sns:eu-central-1:000000000000:alerts" },
    clock: () => NOW,
    random: Math.random,
    report: () => {},
    log: () => {},
    ...options,
  });
  return score;
}

test("each batch uses the rules and policies of the current configuration", async () => {
  const stores = createStores(database.env, () => NOW, Math.random);
  let config: Config = parseConfig('{"version":1}');
  const score = scoreOf({ config: () => config });
  const incidentOf = async (host: string) => (await stores.hosts.load([host])).get(host)?.incident;
  try {
    await score(batchOf("web-1", 1, { cpu: 99 }), context);
    expect(await incidentOf("web-1")).toBeUndefined();
    config = parseConfig(JSON.stringify({ version: 1, rules: [{ name: "cpu full", if: "cpu > 95", host: "web-*" }] }));
    await score(batchOf("web-1", 2, { cpu: 99 }), context);
    await score(batchOf("db-1", 3, { cpu: 99 }), context);
    expect(await incidentOf("web-1")).toMatchObject({ rules: [{ rule: "cpu full" }] });
    expect(await incidentOf("db-1")).toBeUndefined();
  } finally {
    stores.close();
  }
});

test("a message shows the clock of its group, or else the clock of all groups", async () => {
  const subjects: string[] = [];
  const publish = async ({ subject }: TopicMessage) => void subjects.push(subject);
  const rules = [{ name: "cpu full", if: "cpu > 95", host: "zone-*" }];
  const zones = { timezone: "Europe/Berlin", groups: { east: { timezone: "Asia/Kolkata" } } };
  const score = scoreOf({
    config: () => parseConfig(JSON.stringify({ version: 1, rules, ...zones })),
    topic: { name: "alerts", publish, subscriptions: async () => [] },
  });
  await score(batchOf("zone-1", 1, { cpu: 99 }, 0, "north"), context);
  await score(batchOf("zone-2", 2, { cpu: 99 }, 0, "east"), context);
  expect(subjects).toEqual([
    expect.stringMatching(/ since \d\d:\d\d CES?T: cpu 99 /),
    expect.stringMatching(/ since \d\d:\d\d\+05:30: cpu 99 /),
  ]);
});

test("the log counts the samples that came too late to alert, for example from a clock that is hours behind", async () => {
  const late: unknown[] = [];
  const score = scoreOf({ report: ({ Samples, Late }) => late.push({ Samples, Late }) });
  await score(batchOf("slow-1", 1, { cpu: 1 }, 2 * HOUR_MS), context);
  await score(batchOf("sound-1", 2, { cpu: 1 }), context);
  expect(late).toEqual([
    { Samples: 1, Late: 1 },
    { Samples: 1, Late: 0 },
  ]);
});

test("no first fit begins in the last seconds of the function; the next batch fits the hosts left", async () => {
  let now = NOW + 100_000; // all samples have arrived
  const stores = createMemoryStores(() => now);
  const read = (...query: Parameters<typeof stores.history.read>) => {
    now += 30_000; // as long as each fit takes
    return stores.history.read(...query);
  };
  const fits: unknown[] = [];
  const score = scoreOf({
    clock: () => now,
    stores: { ...stores, history: { ...stores.history, read } },
    report: ({ BaselinesPromoted }) => fits.push(BaselinesPromoted),
  });
  const batchAt = (first: number, count: number) => ({
    Records: ["web-1", "web-2", "web-3"].flatMap((host) =>
      Array.from({ length: count }, (_, i) => batchOf(host, first + i, { cpu: 20 + (i % 7) }).Records).flat(),
    ),
  });
  await score(batchAt(1, 60), context);
  await score(batchAt(61, 1), context);
  expect(fits).toEqual([2, 1]);
});
