import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { Stream } from "../../lib/agent/stream.ts";
import { type DoorOptions, openDoor } from "../../lib/listen/door.ts";
import { STREAM_NAME } from "../../lib/local/names.ts";
import { START } from "../factories.ts";
import { openTwin } from "../local/support.ts";
import { readSamples } from "../wire/senders/reading.ts";

export const TOKEN = "correct-horse-battery-staple";

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** A twin whose stream keeps its records, and a door to it. */
export async function openListening(options: Partial<DoorOptions> = {}) {
  const records: { readonly key: string; readonly bytes: Buffer }[] = [];
  const log: string[] = [];
  const twin = await openTwin({
    handlers: {
      async score({ Records }) {
        for (const { kinesis } of Records)
          records.push({ key: kinesis.partitionKey, bytes: Buffer.from(kinesis.data, "base64") });
        return { batchItemFailures: [] };
      },
    },
  });
  const stream = new Stream(STREAM_NAME, twin.env);
  const door = await openDoor({
    host: "127.0.0.1",
    port: 0,
    token: TOKEN,
    put: (record) => stream.put(record),
    page: (_, response) => response.end("the page"),
    clock: () => START,
    log: (line) => log.push(line),
    refused: { note() {}, accept() {} },
    ...options,
  });
  return {
    url: door.url,
    log,
    /** The records on the stream since the last call. */
    async records() {
      await twin.idle();
      return records.splice(0);
    },
    /** The samples that the scorer reads in them. */
    async samples() {
      return (await this.records()).flatMap(({ key, bytes }) => readSamples(bytes, key).samples);
    },
    post: (path: string, body: string | Buffer, headers: http.OutgoingHttpHeaders = {}) =>
      call(`${door.url}${path}`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}`, ...headers } }, body),
    async close(): Promise<void> {
      await door.close();
      stream.close();
      await twin.close();
    },
  };
}

/** Sends a request; a header that is undefined is left out. */
export function call(url: string, options: https.RequestOptions = {}, body: string | Buffer = ""): Promise<Answer> {
  const headers = Object.fromEntries(Object.entries(options.headers ?? {}).filter(([, value]) => value !== undefined));
  const { request: open } = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const request = open(url, { ...options, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      // An answer may come before the body has gone.
      if (!request.writableFinished) await once(request, "finish");
      const all = Buffer.concat(chunks);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: all, text: all.toString() });
    });
    request.on("error", reject);
    request.end(body);
  });
}
