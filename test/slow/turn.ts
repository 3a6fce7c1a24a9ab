// One turn of a release over tables that another one may have written: `tsx turn.ts <root of its sources> <JSON>`.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface Turn {
  readonly env: Record<string, string>;
  /** The first minute (ms since the epoch), and how many minutes to play. */
  readonly from: number;
  readonly minutes: number;
  readonly hosts: readonly string[];
  /** Minutes in which the first host is in trouble, from one to before another. */
  readonly trouble: readonly [number, number];
  /** The release's configuration. */
  readonly config: object;
}

const MINUTE_MS = 60_000;
const [root = "", json = ""] = process.argv.slice(2);
const { env, from, minutes, hosts, trouble, config }: Turn = JSON.parse(json);
const sourceOf = (file: string) => import(pathToFileURL(join(root, file)).href);
const { createHandlers } = await sourceOf("lib/handlers/handlers.ts");
const { parseConfig } = await sourceOf("lib/config/config.ts");
const parsed = parseConfig(JSON.stringify(config));

let now = from;
const problems: string[] = [];
const subjects: string[] = [];
const handlers = createHandlers({
  env,
  config: () => parsed,
  clock: () => now,
  random: () => 0.5,
  report: () => {},
  log: (what: string, error: unknown) => problems.push(`${what}: ${error}`),
  topic: {
    name: "alerts",
    publish: async ({ subject }: { subject: string }) => void subjects.push(subject),
    subscriptions: async () => [],
  },
});
const context = { getRemainingTimeInMillis: () => 900_000 };

for (let minute = 0; minute < minutes; minute++, now += MINUTE_MS) {
  const { batchItemFailures } = await handlers.score({ Records: hosts.map(recordOf) }, context);
  if (batchItemFailures.length > 0) problems.push(`${batchItemFailures.length} records are to be delivered again`);
  await handlers.sweep({}, context);
}
await handlers.refit({ all: true }, context);
process.stdout.write(JSON.stringify({ problems, subjects }));

function recordOf(host: string, i: number) {
  const minute = now / MINUTE_MS;
  const isInTrouble = i === 0 && now >= trouble[0] && now < trouble[1];
  const metrics = {
    cpu_percent: isInTrouble ? 99 : 20 + 5 * Math.sin(minute * minute),
    load: 2 + Math.cos(minute * minute),
  };
  return {
    eventID: `${now}-${i}`,
    kinesis: {
      sequenceNumber: `${now}${String(i).padStart(4, "0")}`,
      partitionKey: host,
      data: Buffer.from(JSON.stringify({ host, group: "web", time: now, metrics })).toString("base64"),
      approximateArrivalTimestamp: now / 1_000,
    },
  };
}
