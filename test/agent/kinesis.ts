import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import kinesalite from "kinesalite";
import { sleep } from "../../lib/backoff.ts";
import { clientConfig } from "../../lib/clients.ts";

export const STREAM = "metrics";

/** A Kinesis on disk that can go away and come back on its port; counts the requests it has open. */
export class LocalKinesis {
  readonly #folder: string;
  #server: Server | null = null;
  #port = 0;
  #open = 0;
  openMax = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get env() {
    return { AWS_ENDPOINT_URL: `http://127.0.0.1:${this.#port}` };
  }

  async start(): Promise<void> {
    const server = kinesalite({ path: this.#folder, createStreamMs: 0, updateStreamMs: 0, shardLimit: 10 });
    server.prependListener("request", (_request, response) => {
      this.#open += 1;
      this.openMax = Math.max(this.openMax, this.#open);
      response.once("close", () => {
        this.#open -= 1;
      });
    });
    this.#port = await listen(server, this.#port);
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async createStream(): Promise<void> {
    const client = new KinesisClient(clientConfig(this.env));
    await client.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 1 }));
    await waitUntilStreamExists({ client, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.05 }, { StreamName: STREAM });
    client.destroy();
  }

  /** All records of the stream's only shard, in the order of arrival. */
  async records(): Promise<Buffer[]> {
    const client = new KinesisClient(clientConfig(this.env));
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamName: STREAM,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
    client.destroy();
    return Records.map(({ Data }) => Buffer.from(Data!));
  }
}

/** A running Kinesis with its stream, in a new folder; `remove` stops it and deletes the folder. */
export async function kinesisInFolder(prefix: string) {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const kinesis = new LocalKinesis(join(folder, "kinesis"));
  await kinesis.start();
  await kinesis.createStream();
  const remove = async () => {
    await kinesis.stop();
    rmSync(folder, { recursive: true });
  };
  return { folder, kinesis, remove };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A server that answers each call of the Kinesis API with `answer`, which gets the action and the parsed body. */
export async function scriptedKinesis(answer: (action: string, body: PutBody) => Answer) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const action = String(request.headers["x-amz-target"]).replace(/^.*\./, "");
    const { status, body } = answer(action, JSON.parse(Buffer.concat(chunks).toString()));
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  const port = await listen(server, 0);
  return {
    env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The parts of PutRecord and PutRecords that the tests look at. */
export interface PutBody {
  readonly PartitionKey: string;
  readonly Data: string;
  readonly Records: readonly { readonly PartitionKey: string; readonly Data: string }[];
}

interface WireRecord {
  readonly host: string;
  readonly group: string;
  readonly boot: number;
  readonly seq: number;
  readonly names?: readonly string[];
  readonly t: readonly number[];
  readonly rows: readonly (readonly (number | null)[])[];
  readonly bye?: boolean;
}

/** A gzipped record v1, read without our own decoder. */
export function wireRecord(data: Buffer): WireRecord {
  return JSON.parse(gunzipSync(data).toString());
}

/** Waits until a condition holds; jest's time limit ends a wait without end. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
