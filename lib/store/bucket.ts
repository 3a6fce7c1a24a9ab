import type { S3Client } from "@aws-sdk/client-s3";
import { clientConfig, type Environment } from "../clients.ts";

/** Writes JSON documents to a bucket. */
export interface Bucket {
  /** Replaces the object under this key. */
  put(key: string, document: unknown): Promise<void>;
  close(): void;
}

export interface ReadableBucket extends Bucket {
  /** The first thousand keys with this prefix, in order. */
  keys(prefix: string): Promise<readonly string[]>;
  get(key: string): Promise<unknown>;
  /** The keys with this prefix of the objects since a time (ms). Throws if there are over 100,000 with the prefix. */
  keysSince(prefix: string, time: number): Promise<readonly string[]>;
}

/** Pages of a thousand keys. */
const PAGES_MAX = 100;

export function openBucket(env: Environment, name: string): ReadableBucket {
  let client: S3Client | undefined;
  // Imported on use: few invocations need the client, and every cold start would pay for it.
  const open = async () => {
    const s3 = await import("@aws-sdk/client-s3");
    client ??= new s3.S3Client({ ...clientConfig(env), forcePathStyle: Boolean(env.AWS_ENDPOINT_URL) });
    return { s3, client };
  };
  return {
    async put(key, document) {
      const { s3, client } = await open();
      const Body = JSON.stringify(document);
      await client.send(new s3.PutObjectCommand({ Bucket: name, Key: key, Body, ContentType: "application/json" }));
    },

    async keys(prefix) {
      const { s3, client } = await open();
      const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket: name, Prefix: prefix }));
      return Contents.flatMap(({ Key }) => Key ?? []);
    },

    async get(key) {
      const { s3, client } = await open();
      const { Body } = await client.send(new s3.GetObjectCommand({ Bucket: name, Key: key }));
      return JSON.parse((await Body?.transformToString()) ?? "null");
    },

    async keysSince(prefix, time) {
      const { s3, client } = await open();
      const found: string[] = [];
      let pages = 0;
      for await (const { Contents = [] } of s3.paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix })) {
        if (++pages > PAGES_MAX) throw new Error(`over 100,000 objects under ${prefix} of ${name}: delete old ones`);
        const recent = Contents.filter(({ LastModified }) => (LastModified?.getTime() ?? 0) >= time);
        found.push(...recent.flatMap(({ Key }) => Key ?? []));
      }
      return found;
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
