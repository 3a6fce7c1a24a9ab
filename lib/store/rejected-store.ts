import type { S3Client } from "@aws-sdk/client-s3";
import { clientConfig, type Environment } from "../clients.ts";
import type { RejectedStore } from "../watch/ports.ts";

/** Stores rejected records as objects in a bucket, by the day of their arrival. */
export function createRejectedStore(env: Environment, bucket: string): RejectedStore & { close(): void } {
  let client: S3Client | undefined;
  return {
    async keep(record) {
      // Imported on use: few invocations need the client, and every cold start would pay for it.
      const { PutObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
      client ??= new S3Client({ ...clientConfig(env), forcePathStyle: Boolean(env.AWS_ENDPOINT_URL) });
      const { problems, sequenceNumber, partitionKey, bytes } = record;
      const arrival = new Date(record.arrival).toISOString();
      const Key = `rejected/${arrival.slice(0, 10).replaceAll("-", "/")}/${sequenceNumber}.json`;
      const document = { problems, sequenceNumber, partitionKey, arrival, data: bytes.toString("base64") };
      const Body = JSON.stringify(document);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: "application/json" }));
    },

    close() {
      client?.destroy();
    },
  };
}
