import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { clientConfig } from "../../lib/clients.ts";
import type { CreateHandlers } from "../../lib/handlers/contract.ts";
import { dataOf, openTwin } from "./support.ts";

/** Functions like the deployed ones: they know only their environment and the clock. */
const createHandlers: CreateHandlers = (env, clock) => {
  const sns = new SNSClient(clientConfig(env));
  const s3 = new S3Client({ ...clientConfig(env), forcePathStyle: true });
  return {
    async score(event) {
      for (const data of dataOf(event)) {
        await sns.send(new PublishCommand({ TopicArn: env.ALERTS_TOPIC_ARN, Message: `${data} at ${clock()}` }));
        await s3.send(new PutObjectCommand({ Bucket: env.FAILURES_BUCKET, Key: `rejected/${data}`, Body: data }));
      }
      return { batchItemFailures: [] };
    },
    sweep: async () => undefined,
    refit: async () => undefined,
    feedback: async () => ({ statusCode: 200, headers: {}, body: "" }),
  };
};

test("a record goes through the stream and score to the topic and the bucket, in the time of the data", async () => {
  const twin = await openTwin({ createHandlers, clock: () => 1_790_000_000_000, arrivalOf: () => 1_790_000_000_000 });
  expect(twin.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const kinesis = new KinesisClient(clientConfig(twin.env));
  for (const name of ["one", "two"]) {
    const record = { PartitionKey: "web-1", Data: Buffer.from(name) };
    await kinesis.send(new PutRecordCommand({ StreamName: twin.env.STACK_NAME, ...record }));
  }
  await twin.idle();
  const s3 = new S3Client({ ...clientConfig(twin.env), forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: twin.env.FAILURES_BUCKET }));
  await twin.close();
  expect(twin.messages.map(({ bodies }) => bodies.default)).toEqual(["one at 1790000000000", "two at 1790000000000"]);
  expect(Contents.map(({ Key }) => Key)).toEqual(["rejected/one", "rejected/two"]);
  expect(twin.log).toEqual([]);
});
