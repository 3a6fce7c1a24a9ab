import type { S3Client } from "@aws-sdk/client-s3";
import { clientConfig, type Environment } from "../clients.ts";

/** Writes JSON documents to a bucket. */
export interface Bucket {
  /** Replaces the object under this key. */
  put(key: string, document: unknown): Promise<void>;
  close(): void;
}

export function openBucket(env: Environment, name: string): Bucket {
  let client: S3Client | undefined;
  return {
    async put(key, document) {
      // Imported on use: few invocations need the client, and every cold start would pay for it.
      const { PutObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
      client ??= new S3Client({ ...clientConfig(env), forcePathStyle: Boolean(env.AWS_ENDPOINT_URL) });
      const Body = JSON.stringify(document);
      await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body, ContentType: "application/json" }));
    },

    close() {
      client?.destroy();
    },
  };
}

/** The folder of a day, like `2026/11/30`; `time` is in milliseconds since the epoch. */
export function dayFolder(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll("-", "/");
}
