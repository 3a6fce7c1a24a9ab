import type { RejectedStore } from "../watch/ports.ts";
import { type Bucket, dayFolder } from "./bucket.ts";

/** Stores rejected records as objects in a bucket, by the day of their arrival. */
export function createRejectedStore(bucket: Bucket): RejectedStore {
  return {
    async keep({ problems, sequenceNumber, partitionKey, bytes, alike, arrival: time }) {
      const arrival = new Date(time).toISOString();
      const document = { problems, sequenceNumber, partitionKey, arrival, alike, data: bytes.toString("base64") };
      await bucket.put(`rejected/${dayFolder(time)}/${sequenceNumber}.json`, document);
    },
  };
}
