import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { clientConfig } from "../../lib/clients.ts";
import { startTwin } from "../../lib/local/twin.ts";

/**
 * A process to be killed. It runs a twin on the given folder, processes the first four records, hangs at the fifth, and
 * prints what was acknowledged.
 */
const [dataDir = ""] = process.argv.slice(2);
let processed = 0;
const twin = await startTwin({
  port: 0,
  dataDir,
  createHandlers: () => ({
    async score(event) {
      processed += event.Records.length;
      if (processed > 4) await new Promise(() => undefined);
      return { batchItemFailures: [] };
    },
    sweep: async () => undefined,
    refit: async () => undefined,
    feedback: async () => ({ statusCode: 200, headers: {}, body: "" }),
  }),
  clock: Date.now,
  random: Math.random,
  windowSeconds: 0,
  delivery: { onMessage: () => undefined },
  log: console.error,
});
const client = new KinesisClient(clientConfig(twin.env));
const put = (names: readonly string[]) =>
  client.send(
    new PutRecordsCommand({
      StreamName: "fleetwarden",
      Records: names.map((name) => ({ PartitionKey: "host", Data: Buffer.from(name) })),
    }),
  );
await put(["r0", "r1", "r2", "r3"]);
await twin.idle();
await put(["r4", "r5"]);
await put(["r6"]);
const sns = new SNSClient(clientConfig(twin.env));
const { MessageId } = await sns.send(new PublishCommand({ TopicArn: twin.env.ALERTS_TOPIC_ARN, Message: "hello" }));
console.log(`acknowledged ${MessageId}`);
