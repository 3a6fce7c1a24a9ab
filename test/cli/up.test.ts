// The real command in its own process: started, stopped, started again.
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { clientConfig } from "../../lib/clients.ts";
import { freePort } from "../local/support.ts";
import { run } from "./live.ts";
import { bin, type Running, start } from "./process.ts";

let folder: string;
let running: Running[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetwarden-up-"));
});

afterEach(async () => {
  for (const one of running) one.kill();
  running = [];
  await rm(folder, { recursive: true, force: true });
});

function up(...words: readonly string[]): Running {
  const started = start(["up", "--port", "0", "--data-dir", join(folder, "data"), ...words]);
  running.push(started);
  return started;
}

/** The command that ends before it serves anything needs no process of its own. */
const refused = (...words: readonly string[]) =>
  run("up", "--no-agent", "--port", "0", "--data-dir", join(folder, "data"), ...words);

const LISTENS = /listens at (http:\S+) /;

/** A CSV of calm rows that end now. */
async function csv(rows: number, endsAt = Date.now()): Promise<string> {
  const lines = Array.from(
    { length: rows },
    (_, i) => `${endsAt - (rows - i) * 1000},${20 + Math.sin(i)},${50 + Math.cos(2 * i)}`,
  );
  const path = join(folder, `${rows}.csv`);
  await writeFile(path, ["time,cpu,memory", ...lines].join("\n"));
  return path;
}

async function statusOf(endpoint: string): Promise<Record<string, unknown>[]> {
  return JSON.parse((await run("status", "--endpoint", endpoint, "--json")).out).hosts;
}

async function untilSamples(endpoint: string, samples: number): Promise<Record<string, unknown>> {
  for (;;) {
    const [host] = await statusOf(endpoint);
    if (host && Number(host.samples) >= samples) return host;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("scores the samples it receives, stops on Ctrl-C, and continues from there", async () => {
  const now = Date.now();
  const first = up("--no-agent");
  const [, endpoint = ""] = await first.until(LISTENS);
  const [, page = ""] = await first.until(/in your browser: (http:\S+)/);
  expect(await (await fetch(page)).text()).toContain("<title>Fleetwarden</title>");
  const sent = await run("send", await csv(90, now - 60_000), "--host", "web-07", "--endpoint", endpoint, "--json");
  expect(JSON.parse(sent.out)).toEqual({ records: 2, samples: 90 });
  await untilSamples(endpoint, 90);
  await first.until(/web-07/);
  const metrics = await (await fetch(`${endpoint}/metrics`)).text();
  expect(metrics).toContain('fleetwarden_samples_total{host="web-07",group="default"} 90\n');
  expect(await first.stop()).toMatchObject({ code: 0, err: "" });

  const second = up("--no-agent");
  const [, again = ""] = await second.until(LISTENS);
  expect(await statusOf(again)).toMatchObject([{ host: "web-07", samples: 90 }]);
  await run("send", await csv(30, now), "--host", "web-07", "--endpoint", again);
  expect(await untilSamples(again, 120)).toMatchObject({ samples: 120, baseline: "host#web-07 v1", status: "normal" });
  const { totals } = JSON.parse((await run("status", "--endpoint", again, "--json")).out);
  expect(totals).toEqual({ hosts: 1, learning: 0, samples: 120, anomalies: 0, started: expect.any(String) });
  expect(Math.abs(Date.parse(totals.started) - now)).toBeLessThan(60_000);
  expect((await run("status", "--endpoint", again)).out).toMatch(
    /\nhosts: 1 \(0 with an open incident, 0 learning\), samples: 120 \(0 anomalies\), running for \d+ s\n$/,
  );
  expect(await second.stop("SIGTERM")).toMatchObject({ code: 0 });
}, 60_000);

test("the twin prints the first rejected record of each kind, and no others", async () => {
  const twin = up("--no-agent");
  const [, endpoint = ""] = await twin.until(LISTENS);
  const kinesis = new KinesisClient(clientConfig({ AWS_ENDPOINT_URL: endpoint }));
  for (const record of ['{"host":', '{"cpu":', "all is well"])
    await kinesis.send(
      new PutRecordCommand({ StreamName: "fleetwarden", PartitionKey: "web-07", Data: Buffer.from(record) }),
    );
  await twin.until(/starts with/, "err");
  kinesis.destroy();
  const { err } = await twin.stop();
  expect(err.trim().split("\n")).toEqual([
    expect.stringMatching(/^A record of web-07 is rejected, whole or in part: broken JSON: /),
    expect.stringMatching(/^A record of web-07 is rejected, whole or in part: starts with bytes /),
  ]);
}, 60_000);

test("watches this machine by default", async () => {
  const twin = up("--interval", "100ms");
  const [, endpoint = ""] = await twin.until(LISTENS);
  await twin.until(/learning \d+\/60|score/);
  const host = await untilSamples(endpoint, 60);
  expect(host).toMatchObject({ group: "default" });
  expect(await twin.stop()).toMatchObject({ code: 0, out: expect.stringContaining("node -e ") });
}, 60_000);

test("reloads the configuration when it changes, and keeps the last valid one", async () => {
  const path = join(folder, "c.json");
  await writeFile(path, '{"version":1}');
  const twin = up("--no-agent", "--config", path);
  const [, endpoint = ""] = await twin.until(LISTENS);
  const now = Date.now();
  const send = async (rows: number) =>
    run("send", await csv(rows, now - 60_000 + rows * 1_000), "--host", "web-07", "--endpoint", endpoint);
  await writeFile(path, '{"version":1,"alerts":{"redact":true}}');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await send(5);
  await twin.until(/Configuration reloaded\./);
  await writeFile(path, '{"version":1,"alerts":{"redact":"maybe"}}');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await send(10);
  await untilSamples(endpoint, 10);
  const { code, err } = await twin.stop();
  expect(code).toBe(0);
  expect(err).toBe(`The configuration stays as it was: ${path}, alerts.redact: "maybe": use true or false\n`);
}, 60_000);

test.each([
  ["is on a full disk", ["sh", "-c"], ['exec "$0" "$@" > /dev/full 2> /dev/full', process.execPath, bin]],
  ["is a pipe that nobody reads", [process.execPath, bin], []],
] as const)(
  "an output that %s does not end the twin",
  async (_, [program, first], before) => {
    const [port, data] = [String(await freePort()), join(folder, "data")];
    const words = ["up", "--port", port, "--dashboard-port", "0", "--data-dir", data, "--no-agent"];
    const twin = start([...before, ...words], {}, [program, first]);
    running.push(twin);
    twin.ignore();
    const endpoint = `http://127.0.0.1:${port}`;
    const file = await csv(5);
    // Until it has created the stream, the twin refuses them.
    while ((await run("send", file, "--host", "web-07", "--endpoint", endpoint)).code !== 0);
    await untilSamples(endpoint, 5);
  },
  120_000,
);

test("tables that cannot be read do not end the twin", async () => {
  const twin = up("--no-agent");
  const [, endpoint = ""] = await twin.until(LISTENS);
  await new DynamoDBClient(clientConfig({ AWS_ENDPOINT_URL: endpoint })).send(
    new DeleteTableCommand({ TableName: "fleetwarden-hosts" }),
  );
  await run("send", await csv(5), "--host", "web-07", "--endpoint", endpoint);
  await twin.until(/^score failed: .*\n/m, "err");
  expect(await twin.stop()).toMatchObject({ code: 0 });
}, 120_000);

test("an agent that cannot write its spool does not end the twin: it begins again later", async () => {
  await mkdir(join(folder, "data"));
  await writeFile(join(folder, "data", "version"), "1\n");
  await writeFile(join(folder, "data", "spool"), "no folder");
  const twin = up();
  const [, page = ""] = await twin.until(/in your browser: (http:\S+)/);
  await twin.until(/^Sampling this machine stopped and begins again in a minute: EEXIST.*spool/, "err");
  expect((await fetch(page)).status).toBe(200);
  expect(await twin.stop()).toMatchObject({ code: 0 });
}, 120_000);

/** Cuts off every file at that many blocks of 512 bytes, as a full disk or a quota would. */
test("after a failed write nothing more is written, and the rest goes on", async () => {
  const script = 'ulimit -f 24; exec "$0" "$@"';
  const words = ["up", "--port", "0", "--data-dir", join(folder, "data"), "--no-agent"];
  const twin = start([script, process.execPath, bin, ...words], {}, ["sh", "-c"]);
  running.push(twin);
  const [, endpoint = ""] = await twin.until(LISTENS);
  const [, page = ""] = await twin.until(/in your browser: (http:\S+)/);
  const client = new DynamoDBClient({ ...clientConfig({ AWS_ENDPOINT_URL: endpoint }), maxAttempts: 1 });
  const put = (size: number) =>
    client.send(
      new PutItemCommand({
        TableName: "fleetwarden-hosts",
        Item: { host: { S: "web-1" }, x: { S: "x".repeat(size) } },
      }),
    );
  const failing = put(30_000).catch(() => undefined);
  await twin.until(/^The disk of .* failed \(IO error.*start the twin again\. Until then .*\n/, "err");
  await expect(put(1)).rejects.toThrow("start the twin again");
  expect((await fetch(page)).status).toBe(200);
  await failing;
  expect(await twin.stop()).toMatchObject({ code: 0 });
}, 120_000);

test.each([
  [
    ["--config", "none.json"],
    /^fleetwarden: Cannot read the configuration none\.json: name a file that is there .*\n$/,
  ],
  [["--smtp", "smtp://127.0.0.1:1"], /^fleetwarden: --smtp needs --email, or emails in the configuration: .*\n$/],
])(
  "%j gets one clear line",
  async (words, line) => {
    const { code, err } = await refused(...words);
    expect(code).toBe(1);
    expect(err).toMatch(line);
  },
  30_000,
);

test("a port in use gets an error of one line", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  try {
    const { code, err } = await refused("--port", String(port));
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`^fleetwarden: .*${port}.*--port.*\n$`));
  } finally {
    server.close();
  }
});

test("a data folder of another version gets an error of one line", async () => {
  const twin = up("--no-agent");
  await twin.until(LISTENS);
  await twin.stop();
  const files = await readdir(join(folder, "data"));
  expect(files).toContain("version");
  await writeFile(join(folder, "data", "version"), "999\n");
  const { code, err } = await up("--no-agent").exited;
  expect(code).toBe(1);
  expect(err).toMatch(/^fleetwarden: .*999.*--data-dir.*\n$/);
  expect(await readFile(join(folder, "data", "version"), "utf8")).toBe("999\n");
});
