import type { S3Client } from "@aws-sdk/client-s3";
import { clientConfig, type Environment } from "../clients.ts";
import type { RejectedRecord, RejectedStore } from "../watch/ports.ts";

/** Stores rejected records as objects in a bucket, by the day of their arrival. */
export function createRejectedStore(env: Environment, bucket: string): RejectedStore & { close(): void } {
  let client: S3Client | undefined;
  return {
    async keep(record) {
      // Imported on use: few invocations need the client, and every cold start would pay for it.
      const { PutObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
      client ??= new S3Client({ ...clientConfig(env), forcePathStyle: Boolean(env.AWS_ENDPOINT_URL) });
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: objectKey(record),
          Body: JSON.stringify(documentOf(record)),
          ContentType: "application/json",
        }),
      );
    },

    close() {
      client?.destroy();
    },
  };
}

function objectKey({ arrival, sequenceNumber }: RejectedRecord): string {
  const day = new Date(arrival).toISOString().slice(0, 10).replaceAll("-", "/");
  return `rejected/${day}/${sequenceNumber}.json`;
}

function documentOf({ problems, sequenceNumber, partitionKey, arrival, bytes }: RejectedRecord) {
  return {
    problems,
    sequenceNumber,
    partitionKey,
    arrival: new Date(arrival).toISOString(),
    data: bytes.toString("base64"),
  };
}
