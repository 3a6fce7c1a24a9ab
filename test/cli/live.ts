import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { start as runCommand } from "../../lib/cli/start.ts";
import { clientConfig, type Environment } from "../../lib/clients.ts";
import { DEFAULT_CONFIG } from "../../lib/config/config.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import type { Message } from "../../lib/local/message.ts";
import { STREAM_NAME } from "../../lib/local/names.ts";
import { startTwin, type TwinOptions } from "../../lib/local/twin.ts";
import { encodeRecord } from "../../lib/wire/encode.ts";

/** A twin in memory whose records arrive at the time of their last sample. */
export async function liveTwin(start: number, options: Partial<TwinOptions> = {}, config = DEFAULT_CONFIG) {
  let now = start;
  const clock = () => now;
  const messages: Message[] = [];
  const fail = (what: string, error?: unknown) => {
    throw new Error(what, { cause: error });
  };
  const twin = await startTwin({
    port: 0,
    createHandlers: (env: Environment) =>
      createHandlers({ env, clock, random: Math.random, config: () => config, report: () => {}, log: fail }),
    clock,
    random: Math.random,
    windowSeconds: 0,
    schedules: false,
    arrivalOf: clock,
    delivery: { onMessage: (message) => messages.push(message) },
    log: fail,
    ...options,
  });
  const client = new KinesisClient(clientConfig(twin.env));
  /** Puts a record and waits until it is scored. */
  const put = async (PartitionKey: string, Data: Buffer, arrival: number) => {
    now = Math.max(now, arrival);
    await client.send(new PutRecordCommand({ StreamName: STREAM_NAME, PartitionKey, Data }));
    await twin.idle();
  };
  return {
    endpoint: twin.endpoint,
    messages,
    idle: () => twin.idle(),
    subjects: () => messages.map(({ subject }) => subject ?? ""),
    put,
    /** The same with rows. */
    async feed(
      host: string,
      names: readonly string[],
      times: readonly number[],
      rows: readonly (readonly number[])[],
    ): Promise<void> {
      const Data = encodeRecord({ host, group: "web", boot: 1, seq: 0, names, withNames: true, times, rows });
      await put(host, Data, times.at(-1) ?? start);
    },
    async close(): Promise<void> {
      client.destroy();
      await twin.close();
    },
  };
}

/** Runs one command line and returns its exit code and what it printed. */
export async function run(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: "", err: "" };
  const capture = (to: "out" | "err") => (text: unknown) => {
    printed[to] += String(text);
    return true;
  };
  const out = jest.spyOn(process.stdout, "write").mockImplementation(capture("out"));
  const err = jest.spyOn(process.stderr, "write").mockImplementation(capture("err"));
  try {
    return { code: await runCommand(["node", "fleetwarden", ...words]), ...printed };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}
