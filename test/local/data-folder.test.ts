import { spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { clientConfig } from "../../lib/clients.ts";
import { keepClean } from "../../lib/local/janitor.ts";
import { folderStore, memoryStore } from "../../lib/local/object-store.ts";
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

  test("a folder with a damaged checkpoint", () =>
    withFolder(async (dataDir) => {
      await (await openTwin({ dataDir })).close();
      await writeFile(join(dataDir, "checkpoints.json"), '{"shardId-000000000000":{"aft');
      await expect(openTwin({ dataDir })).rejects.toThrow(/checkpoints\.json is damaged\. Delete it/);
      await writeFile(join(dataDir, "checkpoints.json"), "{}");
      await (await openTwin({ dataDir })).close();
    }));
});

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
