// 2,000 hostile records beside sound ones, against the real command: it answers, does not end, and scores the sound.
import { gzipSync } from "node:zlib";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { clientConfig } from "../../lib/clients.ts";
import { STREAM_NAME } from "../../lib/local/names.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { run } from "../cli/live.ts";
import { start } from "../cli/process.ts";

const SEED = 13;
const HOSTILE = 2_000;
const SOUND_HOSTS = 10;
/** The records come in this many batches: each with hostile ones, and with one sample of each sound host. */
const BATCHES = 40;
/** A page that takes longer feels broken. The test prints the figure; only a machine at rest can keep it. */
const PATIENCE_MS = 2_000;

const random = seededRandom(SEED);
const below = (limit: number) => random() % limit;
const bytes = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));
const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;

const TEXTS = [
  "",
  "\u001b]0;x\u0007",
  "a\u202eb",
  "a\u2028b",
  "\ud800",
  "__proto__",
  "=1+1",
  "x".repeat(300),
  "web-07",
];
const VALUES = [null, true, "1", -0, 1e308, -1e100, 5e-324, [], {}, "NaN", 2 ** 53];

/** A record of the host's own form with one field replaced. */
function twisted(): unknown {
  const record = { v: 1, host: `odd-${below(5)}`, group: "odd", names: ["a", "b"], t: [Date.now()], rows: [[1, 2]] };
  const field = pick(Object.keys(record));
  return { ...record, [field]: pick([...TEXTS, ...VALUES, [[]], [pick(VALUES)], [[pick(VALUES), pick(VALUES)]]]) };
}

const plain = (metrics: object, time: unknown = Date.now()) => ({ host: `odd-${below(5)}`, time, metrics });
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

const KINDS: readonly (() => Buffer)[] = [
  () => bytes(1 + below(500)),
  () => Buffer.concat([Buffer.from([0x1f, 0x8b]), bytes(below(200))]),
  () => gzipSync(json(twisted())).subarray(0, 20 + below(40)),
  () => gzipSync(`${"[".repeat(2_000_000)}${"]".repeat(2_000_000)}`),
  () => gzipSync("{".repeat(1_000_000)),
  () => gzipSync(Buffer.alloc(20 * 1024 * 1024)),
  () => gzipSync(`[${"{},".repeat(500_000)}{}]`),
  () => gzipSync("{}\n".repeat(500_000)),
  () =>
    gzipSync(json({ ...plain({}), metrics: Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`m${i}`, 0])) })),
  () => gzipSync(json(Array.from({ length: 600 }, (_, i) => plain({ [`m${i}`]: i })))),
  () => gzipSync(json(Array.from({ length: 600 }, (_, i) => ({ ...plain({ m: i }), host: `one-${below(50)}` })))),
  () => json(plain({ [pick(TEXTS)]: pick(VALUES) })),
  () => json(plain({ cpu: 1 }, pick([0, -1, 1e15, "yesterday", "2100-01-01T00:00:00Z", null, {}]))),
  () => json(twisted()),
  () => json({ v: 1, host: "odd-1", schema: bytes(4).toString("hex"), t: [Date.now()], rows: [[1]] }),
  () => Buffer.from(JSON.stringify(twisted()).replace(/[:,]/, () => pick(["", ",,", "\u0000", "\ufeff"]))),
];

const sound = (host: number, time: number) =>
  json({ host: `sound-${host}`, time, metrics: { cpu: 20 + below(5), memory: 50 + below(5) } });

test("2,000 hostile records stop neither the page nor the scoring of others", async () => {
  const twin = start(["up", "--no-agent", "--memory", "--port", "0", "--dashboard-port", "0"]);
  const [, endpoint = "", url = ""] = await twin.until(/listens at (http:\S+) [\s\S]*in your browser: (http:\S+)/);
  const client = new KinesisClient(clientConfig({ AWS_ENDPOINT_URL: endpoint }));
  const record = (PartitionKey: string, Data: Buffer) => ({ PartitionKey, Data });
  const watch = watchPage(url);
  const first = Date.now() - BATCHES * 1_000;
  for (let batch = 0; batch < BATCHES; batch++) {
    const hostile = Array.from({ length: HOSTILE / BATCHES }, () => record(`odd-${below(5)}`, pick(KINDS)()));
    const healthy = Array.from({ length: SOUND_HOSTS }, (_, i) =>
      record(`sound-${i}`, sound(i, first + batch * 1_000)),
    );
    const Records = [...hostile, ...healthy];
    const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName: STREAM_NAME, Records }));
    expect(FailedRecordCount).toBe(0);
  }
  for (let scored = 0; scored < SOUND_HOSTS; ) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const { code, out } = await run("status", "--endpoint", endpoint, "--json");
    const hosts: { host: string; samples: number }[] = code === 0 ? JSON.parse(out).hosts : [];
    scored = hosts.filter(({ host, samples }) => host.startsWith("sound-") && samples === BATCHES).length;
  }
  const { answers, longestMs, failures } = await watch.stop();
  console.log(
    `seed ${SEED}: ${answers} answers of the page, the slowest after ${Math.round(longestMs)} ms (goal: ${PATIENCE_MS})`,
  );
  expect(failures).toEqual([]);
  client.destroy();
  expect(await twin.stop()).toMatchObject({ code: 0 });
}, 1_200_000);

/** Asks the page again and again, as an open tab does. */
function watchPage(url: string) {
  let isOn = true;
  const seen = { answers: 0, longestMs: 0, failures: [] as string[] };
  const watching = (async () => {
    while (isOn) {
      const began = performance.now();
      const answer = await fetch(`${url}/api/labels`).catch(String);
      if (typeof answer === "string" || !answer.ok)
        seen.failures.push(typeof answer === "string" ? answer : `${answer.status}`);
      else await answer.arrayBuffer();
      seen.answers++;
      seen.longestMs = Math.max(seen.longestMs, performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    async stop() {
      isOn = false;
      await watching;
      return seen;
    },
  };
}
