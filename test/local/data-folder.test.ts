import { execFileSync, spawn } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { sleep } from "../../lib/backoff.ts";
import { clientConfig } from "../../lib/clients.ts";
import type { Handlers } from "../../lib/handlers/contract.ts";
import { keepClean } from "../../lib/local/janitor.ts";
import { folderStore, memoryStore } from "../../lib/local/object-store.ts";
import { createStores } from "../../lib/store/aws.ts";
import { activate, aReport, largeBaseline } from "../contract/examples.ts";
import { dataOf, openTwin, withFolder } from "./support.ts";

// Servers and disks of a busy machine may be slow; no test depends on their speed.
jest.setTimeout(60_000);

/** Starts the process of killed-twin.ts, waits until it has acknowledged everything, and kills it. */
async function runAndKill(dataDir: string): Promise<string> {
  const script = join(import.meta.dirname, "killed-twin.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, dataDir], { env: { ...process.env } });
  const errors: string[] = [];
  child.stderr.on("data", (chunk) => errors.push(String(chunk)));
  const exited = new Promise((resolve) => child.on("exit", resolve));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk) => resolve(String(chunk)));
    child.on("exit", () => reject(new Error(`The twin ended by itself: ${errors.join("")}`)));
  });
  child.kill("SIGKILL");
  await exited;
  return line.trim();
}

test("kill -9 loses no acknowledged message, and processed records are not processed again", () =>
  withFolder(async (dataDir) => {
    const [, messageId] = (await runAndKill(dataDir)).split(" ");
    const processed: string[] = [];
    const twin = await openTwin({
      dataDir,
      handlers: {
        async score(event) {
          processed.push(...dataOf(event));
          return { batchItemFailures: [] };
        },
      },
    });
    await twin.idle();
    await twin.close();
    expect(processed).toEqual(["r4", "r5", "r6"]);
    expect(twin.log).toEqual([]);
    const outbox = await readdir(join(dataDir, "outbox"));
    expect(outbox.filter((name) => name.endsWith(`${messageId}.eml`))).toHaveLength(1);
  }));

test("a restarted twin has its items, objects and checkpoints", () =>
  withFolder(async (dataDir) => {
    const first = await openTwin({ dataDir });
    const Item = { host: { S: "web-1" } };
    await new DynamoDBClient(clientConfig(first.env)).send(
      new PutItemCommand({ TableName: first.env.HOSTS_TABLE, Item }),
    );
    const s3 = new S3Client({ ...clientConfig(first.env), forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: first.env.FAILURES_BUCKET, Key: "a/b", Body: "x" }));
    await first.close();
    await first.close();
    const second = await openTwin({ dataDir });
    const scan = new ScanCommand({ TableName: second.env.HOSTS_TABLE });
    expect((await new DynamoDBClient(clientConfig(second.env)).send(scan)).Items).toEqual([Item]);
    await second.close();
    expect(await readFile(join(dataDir, "failures", "a", "b"), "utf8")).toBe("x");
    expect([...first.log, ...second.log]).toEqual([]);
  }));

describe("an unusable folder gives one clear line", () => {
  test("a folder of another version", () =>
    withFolder(async (dataDir) => {
      await writeFile(join(dataDir, "version"), "7\n");
      await expect(openTwin({ dataDir })).rejects.toThrow(
        `The data folder ${dataDir} is of version 7, this Fleetwarden writes version 1. ` +
          "Give another folder with --data-dir, or delete this one to start afresh",
      );
    }));

  test("a folder with other content", () =>
    withFolder(async (dataDir) => {
      await writeFile(join(dataDir, "thesis.txt"), "");
      await expect(openTwin({ dataDir })).rejects.toThrow(`The folder ${dataDir} holds something else`);
      expect(await readdir(dataDir)).toEqual(["thesis.txt"]);
    }));

  test("a folder in use by another twin", () =>
    withFolder(async (dataDir) => {
      const twin = await openTwin({ dataDir });
      await expect(openTwin({ dataDir })).rejects.toThrow(
        new RegExp(`^The data folder ${dataDir} is in use by another Fleetwarden.*--data-dir$`),
      );
      await twin.close();
    }));

  test.each([
    ["dynamodb", "CURRENT", "x"],
    ["kinesis", "MANIFEST", "garbage"],
  ])("a folder whose database %s has a damaged %s", (database, file, content) =>
    withFolder(async (dataDir) => {
      await (await openTwin({ dataDir })).close();
      const name = (await readdir(join(dataDir, database))).find((one) => one.startsWith(file)) ?? "";
      await writeFile(join(dataDir, database, name), content);
      await expect(openTwin({ dataDir })).rejects.toThrow(
        new RegExp(
          `^The database ${join(dataDir, database)} cannot be opened \\(.*Corruption.*--data-dir; .*left as it is$`,
        ),
      );
      // The folder is released.
      await expect(openTwin({ dataDir })).rejects.toThrow("cannot be opened");
    }),
  );

  test("a folder without its table of contents, which LevelDB would empty", () =>
    withFolder(async (dataDir) => {
      await (await openTwin({ dataDir })).close();
      await rm(join(dataDir, "dynamodb", "CURRENT"));
      const before = await readdir(join(dataDir, "dynamodb"));
      await expect(openTwin({ dataDir })).rejects.toThrow("cannot be opened (the file CURRENT is missing)");
      expect(await readdir(join(dataDir, "dynamodb"))).toEqual(before);
    }));
});

test("a damaged checkpoint is set aside: the records of the stream are processed again", () =>
  withFolder(async (dataDir) => {
    const first = await openTwin({ dataDir });
    const Data = Buffer.from("r1");
    const record = new PutRecordCommand({ StreamName: "fleetwarden", PartitionKey: "web-1", Data });
    await new KinesisClient(clientConfig(first.env)).send(record);
    await first.idle();
    await first.close();
    await writeFile(join(dataDir, "checkpoints.json"), '{"shardId-000000000000":{"aft');
    const processed: string[] = [];
    const score: Handlers["score"] = async (event) => {
      processed.push(...dataOf(event));
      return { batchItemFailures: [] };
    };
    const second = await openTwin({ dataDir, handlers: { score } });
    await second.idle();
    await second.close();
    expect(processed).toEqual(["r1"]);
    expect(second.log).toEqual([
      expect.stringMatching(/checkpoints\.json is damaged; it is kept as .*processes again/),
    ]);
    expect(await readdir(dataDir)).toContain("checkpoints.json.damaged");
  }));

test("a stream that was lost is read from its beginning, whatever the checkpoint says", () =>
  withFolder(async (dataDir) => {
    const put = async (twin: Awaited<ReturnType<typeof openTwin>>) => {
      const record = { StreamName: "fleetwarden", PartitionKey: "web-1", Data: Buffer.from("r1") };
      await new KinesisClient(clientConfig(twin.env)).send(new PutRecordCommand(record));
      await twin.idle();
    };
    const first = await openTwin({ dataDir });
    await put(first);
    await first.close();
    await rm(join(dataDir, "kinesis"), { recursive: true });
    // Sequence numbers of the emulator begin with the second in which it made the stream.
    await setTimeout(1_100);
    let processed = 0;
    const score: Handlers["score"] = async (event) => {
      processed += event.Records.length;
      return { batchItemFailures: [] };
    };
    const second = await openTwin({ dataDir, handlers: { score } });
    await put(second);
    await second.close();
    expect(processed).toBe(1);
    expect(second.log).toEqual([expect.stringContaining("does not know the last checkpoint")]);
  }));

test("a database with a damaged log says that it lost its last writes", () =>
  withFolder(async (dataDir) => {
    const first = await openTwin({ dataDir });
    const Item = { host: { S: "x".repeat(1_000) } };
    const put = new PutItemCommand({ TableName: first.env.HOSTS_TABLE, Item });
    await new DynamoDBClient(clientConfig(first.env)).send(put);
    await first.close();
    const folder = join(dataDir, "dynamodb");
    const log = (await readdir(folder)).find((name) => name.endsWith(".log")) ?? "";
    const bytes = await readFile(join(folder, log));
    await writeFile(join(folder, log), bytes.fill(7, bytes.length - 500));
    const second = await openTwin({ dataDir });
    await second.close();
    expect(second.log).toEqual([
      expect.stringMatching(/dynamodb was damaged and has lost its last writes \(dropping \d+ bytes; Corruption/),
    ]);
  }));

/** A disk of its own for the test; undefined where none may be mounted. */
async function smallDisk(folder: string): Promise<(() => void) | undefined> {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=80m", "tmpfs", folder], { stdio: "ignore" });
    return () => execFileSync("umount", [folder]);
  } catch {
    return undefined;
  }
}

test("on a full disk the twin reads, says once why it does not write, and goes on once there is room (needs mount)", () =>
  withFolder(async (folder) => {
    const unmount = await smallDisk(folder);
    if (!unmount) return;
    try {
      const twin = await openTwin({ dataDir: join(folder, "data") });
      const client = new DynamoDBClient({ ...clientConfig(twin.env), maxAttempts: 1 });
      const put = (name: string) =>
        client.send(new PutItemCommand({ TableName: twin.env.HOSTS_TABLE, Item: { host: { S: name } } }));
      await put("web-1");
      await writeFile(join(folder, "film"), Buffer.alloc(30 * 1024 * 1024));
      await sleep(1_100);
      await expect(put("web-2")).rejects.toThrow(/less than 64 MiB left: make room on it/);
      await expect(put("web-3")).rejects.toThrow(/make room/);
      const { Items } = await client.send(new ScanCommand({ TableName: twin.env.HOSTS_TABLE }));
      expect(Items).toEqual([{ host: { S: "web-1" } }]);
      await rm(join(folder, "film"));
      await sleep(1_100);
      await put("web-4");
      await twin.close();
      expect(twin.log).toEqual([
        expect.stringMatching(/^The disk of .* senders keep their samples$/),
        expect.stringMatching(/has room again/),
      ]);
    } finally {
      unmount();
    }
  }));

test("a port in use gives one clear line, and the folder is released", () =>
  withFolder(async (dataDir) => {
    const twin = await openTwin();
    const port = Number(new URL(twin.endpoint).port);
    await expect(openTwin({ port, dataDir })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use or reserved; choose another with --port`,
    );
    await twin.close();
    await (await openTwin({ port, dataDir })).close();
  }));

test("expired history is deleted; other items stay", async () => {
  const twin = await openTwin();
  const client = new DynamoDBClient(clientConfig(twin.env));
  const TableName = twin.env.HISTORY_TABLE;
  for (let time = 0; time < 60; time++) {
    const expires = { N: `${1_000 + time}` };
    await client.send(
      new PutItemCommand({ TableName, Item: { host: { S: "web-1" }, time: { N: `${time}` }, expires } }),
    );
  }
  await client.send(new PutItemCommand({ TableName, Item: { host: { S: "web-2" }, time: { N: "0" } } }));
  const kinesis = new KinesisClient(clientConfig(twin.env));
  const log: string[] = [];
  const stopping = new AbortController();
  const sleep = async () => stopping.abort();
  const options = { dynamodb: client, kinesis, clock: () => 1_050_000, sleep, log: (line: string) => log.push(line) };
  await keepClean(options, stopping.signal);
  expect(log).toEqual([]);
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  const left = Items.map((item) => Number(item.expires?.N ?? "0")).sort((a, b) => a - b);
  expect(left).toEqual([0, 1_050, 1_051, 1_052, 1_053, 1_054, 1_055, 1_056, 1_057, 1_058, 1_059]);
  await twin.close();
});

test("the parts of a replaced model are deleted once they expire; those of the active one stay", async () => {
  const twin = await openTwin();
  const now = 1_000_000_000_000;
  const stores = createStores(twin.env, () => now, Math.random);
  const owner = "host#web-07";
  await activate(stores.baselines, aReport(owner, 1), largeBaseline(owner, 1, 1));
  await activate(stores.baselines, aReport(owner, 2), largeBaseline(owner, 2, 2), 1);
  const [client, kinesis] = [new DynamoDBClient(clientConfig(twin.env)), new KinesisClient(clientConfig(twin.env))];
  const partsAfter = async (days: number) => {
    const stopping = new AbortController();
    const sleep = async () => stopping.abort();
    const clock = () => now + days * 86_400_000 + 1_000;
    const log = (line: string) => {
      throw new Error(line);
    };
    await keepClean({ dynamodb: client, kinesis, clock, sleep, log }, stopping.signal);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: twin.env.BASELINES_TABLE }));
    return Items.filter(({ version }) => version?.S?.startsWith("part#")).length;
  };
  // Each of the two models takes two parts.
  expect([await partsAfter(13), await partsAfter(14), await partsAfter(400)]).toEqual([4, 2, 2]);
  expect((await stores.baselines.active([owner])).get(owner)).toEqual(largeBaseline(owner, 2, 2));
  stores.close();
  await twin.close();
});

test.each(["../../x", "a/../../x", "..", "a/./b", "ü /=%2e"])("an object named %s stays in its folder", (key) =>
  withFolder(async (folder) => {
    for (const store of [folderStore(join(folder, "bucket")), memoryStore(() => 0)]) {
      await store.put(key, Buffer.from("body"));
      expect(String(await store.get(key))).toBe("body");
      expect(await store.list()).toMatchObject([{ key, size: 4 }]);
      expect(await store.get("none")).toBeUndefined();
    }
    expect(await readdir(folder)).toEqual(["bucket"]);
  }),
);

test.each([
  [
    "a folder that is missing above it",
    (folder: string) => join(folder, "none", "data"),
    /there is no folder .*none\. Create it first/,
  ],
  ["a file in its place", (folder: string) => join(folder, "file"), /that is a file\. Name a folder/],
  ["a file above it", (folder: string) => join(folder, "file", "data"), /there is no folder .*file\. Create it first/],
  [
    "a place where nothing can be written",
    () => "/proc/fleetwarden",
    /it cannot be created \(.*name another folder, or use --memory/,
  ],
])("%s ends the twin at once, and the message says which option is wrong", async (_, pathIn, message) => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, "file"), "");
    const dataDir = pathIn(folder);
    const refused = openTwin({ dataDir });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(`--data-dir ${dataDir}: `);
    expect((await readdir(folder)).sort()).toEqual(["file"]);
  });
});
