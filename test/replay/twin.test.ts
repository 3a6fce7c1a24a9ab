// A replay prints the messages of a deployment: the same records over HTTP to the twin give the same.
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { clientConfig } from "../../lib/clients.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import { recordOf } from "../../lib/incident/record.ts";
import { bodyFor, type Message } from "../../lib/local/message.ts";
import { functionName, STREAM_NAME } from "../../lib/local/names.ts";
import { startTwin } from "../../lib/local/twin.ts";
import { backtest } from "../../lib/replay/backtest.ts";
import type { HostRecording } from "../../lib/replay/recording.ts";
import { createSender } from "../../lib/replay/sender.ts";
import { createStores } from "../../lib/store/aws.ts";
import { GAUSSIAN_CONFIG } from "../factories.ts";
import { csvOf, MINUTE, NOON, recorded } from "./made.ts";

const MINUTES = 20;

test("the twin opens the same incidents with the same causes and sends the same messages", async () => {
  // Twelve rows a minute: both hosts have learned after five minutes. The sweep announces the second of them.
  const busy = (host: string, row: number) => {
    const from = host === "web-1" ? 65 : 67;
    return row >= from && row < from + 6 ? 40 : 0;
  };
  const recording = await recorded({ "two.csv": csvOf(["web-1", "web-2"], 12 * MINUTES, busy, MINUTE / 12) });
  const { incidents, notices } = await backtest(recording, {
    stopwatch: () => 0,
    progress: () => {},
    config: GAUSSIAN_CONFIG,
  });
  const told = await throughTheTwin(recording);
  expect(incidents).toHaveLength(2);
  expect(notices.filter(({ kind }) => kind === "opened").map(({ host }) => host)).toEqual(["web-1", "web-2"]);
  expect(notices.filter(({ kind }) => kind === "resolved")).toHaveLength(2);
  expect(told.messages).toEqual(notices.map(({ at, subject, sms }) => ({ at: Date.parse(at), subject, sms })));
  expect(told.incidents).toEqual(
    incidents.map(({ id, host, opened, resolved, causes }) => {
      const end = resolved === null ? undefined : Date.parse(resolved);
      return { id, host, opened: Date.parse(opened), resolved: end, causes };
    }),
  );
});

async function throughTheTwin(recording: readonly HostRecording[]) {
  let now = NOON;
  const clock = () => now;
  const fail = (what: string, error?: unknown) => {
    throw new Error(what, { cause: error });
  };
  const received: Message[] = [];
  const twin = await startTwin({
    port: 0,
    createHandlers: (env) =>
      createHandlers({ env, clock, random: Math.random, config: () => GAUSSIAN_CONFIG, report: () => {}, log: fail }),
    clock,
    random: Math.random,
    windowSeconds: 0,
    schedules: false,
    arrivalOf: clock,
    delivery: { onMessage: (message) => received.push(message) },
    log: fail,
  });
  const [kinesis, lambda] = [new KinesisClient(clientConfig(twin.env)), new LambdaClient(clientConfig(twin.env))];
  const stores = createStores(twin.env, clock, Math.random);
  try {
    const senders = recording.map(createSender);
    for (let end = NOON + MINUTE; end <= NOON + (MINUTES + 2) * MINUTE; end += MINUTE) {
      const records = senders.flatMap((sender) => sender.sendUntil(end));
      now = Math.max(now, ...records.map((record) => record.kinesis.approximateArrivalTimestamp * 1000));
      const put = records.map((record) => ({
        PartitionKey: record.kinesis.partitionKey,
        Data: Buffer.from(record.kinesis.data, "base64"),
      }));
      if (put.length > 0) await kinesis.send(new PutRecordsCommand({ StreamName: STREAM_NAME, Records: put }));
      await twin.idle();
      now = end;
      await lambda.send(new InvokeCommand({ FunctionName: functionName("sweep") }));
      if ((end - NOON) % (20 * MINUTE) === 0)
        await lambda.send(new InvokeCommand({ FunctionName: functionName("refit") }));
    }
    const incidents = await stores.incidents.feed(NOON, now, 100);
    return {
      messages: received.map((message) => ({ at: message.at, subject: message.subject, sms: bodyFor(message, "sms") })),
      incidents: incidents
        .map(recordOf)
        .sort((a, b) => a.opened - b.opened)
        .map(({ id, host, opened, resolved, causes }) => ({
          ...{ id, host, opened, resolved },
          causes: causes.map(({ metric, now, expected, share }) => ({ metric, now, expected, share })),
        })),
    };
  } finally {
    stores.close();
    kinesis.destroy();
    lambda.destroy();
    await twin.close();
  }
}
