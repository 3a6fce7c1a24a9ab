import { type EventEmitter, once } from "node:events";
import type { Server } from "node:http";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import dynalite from "dynalite";
import { create } from "dynalite/db/index.js";
import kinesalite from "kinesalite";
import { type Outgoing, type Request, send } from "../http.ts";
import { jsonError } from "./aws-replies.ts";

/** Shards of the stream at once; Kinesis's own default is 200, the emulator's 10. */
const SHARD_LIMIT = 200;

export interface Emulators {
  readonly dynamodb: Server;
  readonly kinesis: Server;
}

/** DynamoDB and Kinesis, without ports of their own: the endpoint forwards requests to them. */
export function openEmulators(folders?: { readonly dynamodb: string; readonly kinesis: string }): Emulators {
  letIteratorsEnd();
  return {
    dynamodb: dynalite({
      ...(folders && { path: folders.dynamodb }),
      createTableMs: 0,
      updateTableMs: 0,
    }),
    kinesis: kinesalite({
      ...(folders && { path: folders.kinesis }),
      createStreamMs: 0,
      updateStreamMs: 0,
      shardLimit: SHARD_LIMIT,
    }),
  };
}

/**
 * The emulator ends an iterator of its database by the method `return`, which these iterators lack: theirs is `close`.
 * Without it each query and scan leaves one open for ever, with its memory and every file that it might still read.
 */
function letIteratorsEnd(): void {
  let prototype = Object.getPrototypeOf(create({}).db.values());
  while (prototype && !Object.hasOwn(prototype, "close")) prototype = Object.getPrototypeOf(prototype);
  if (prototype) prototype.return ??= prototype.close;
}

/** An emulator gives no answer when its database fails. Our own clients wait 10 seconds (lib/clients.ts). */
const ANSWER_MS = 30_000;

/**
 * Hands a request to an emulator. The emulator reads a copy of the body: reading from the connection, it would throw
 * when the client leaves half-way.
 */
export function forward(emulator: Server, request: Request, response: Outgoing & EventEmitter): void {
  const unanswered = jsonError(500, "InternalFailure", "The emulator gave no answer");
  const timeout = setTimeout(() => response.headersSent || send(response, unanswered), ANSWER_MS);
  response.on("close", () => clearTimeout(timeout));
  const copy = Object.assign(Readable.from([request.body]), {
    method: request.method,
    url: request.url.pathname + request.url.search,
    headers: request.headers,
  });
  emulator.emit("request", copy, response);
}

const PUTS = /\.PutRecords?$/;

/** Calls back after each answer to a request that puts records on the stream. */
export function onRecords({ kinesis }: Pick<Emulators, "kinesis">, then: () => void): void {
  kinesis.on("request", ({ headers }: Request, response: EventEmitter) => {
    if (PUTS.test(String(headers["x-amz-target"]))) response.on("close", then);
  });
}

/** Closes their databases. An emulator does so only when its server stops listening, so each listens for a moment. */
export async function closeEmulators(emulators: Emulators): Promise<void> {
  for (const server of [emulators.dynamodb, emulators.kinesis]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await promisify(server.close).call(server);
  }
}

/** Code of the emulators and of the databases below them. */
const EMULATOR_CODE = /[\\/](dynalite|kinesalite|level[a-z-]*|classic-level|memdown)[\\/]/;

/**
 * Takes the errors that the emulators throw where nobody can catch them, which would end the process. Any other error
 * still ends it. The result stops taking them.
 */
export function catchFailures(onFailure: (error: unknown) => void): () => void {
  const handle = (error: unknown) => {
    if (!isOfEmulator(error)) throw error;
    onFailure(error);
  };
  process.on("uncaughtException", handle);
  return () => process.off("uncaughtException", handle);
}

/** The compiled part of a database gives its errors a code, but no stack. */
function isOfEmulator(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return EMULATOR_CODE.test(error.stack ?? "") || ("code" in error && String(error.code).startsWith("LEVEL_"));
}
