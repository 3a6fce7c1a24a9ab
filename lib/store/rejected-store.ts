import { DAY_MS } from "../time.ts";
import type { RejectedExample, RejectedStore } from "../watch/ports.ts";
import { dayFolder, type ReadableBucket } from "./bucket.ts";
import { anInteger, aText, listOf, objectOf } from "./documents.ts";

/** Examples read of one day, at one call each. */
const EXAMPLES_OF_DAY_MAX = 100;

/** Stores rejected records as objects in a bucket, by the day of their arrival. */
export function createRejectedStore(bucket: ReadableBucket): RejectedStore {
  return {
    async keep({ problems, sequenceNumber, partitionKey, bytes, alike, arrival: time }) {
      const arrival = new Date(time).toISOString();
      const document = { problems, sequenceNumber, partitionKey, arrival, alike, data: bytes.toString("base64") };
      await bucket.put(`rejected/${dayFolder(time)}/${sequenceNumber}.json`, document);
    },

    async recent(from, to) {
      const found: RejectedExample[] = [];
      for (let day = from - (from % DAY_MS); day < to; day += DAY_MS) {
        const keys = await bucket.keys(`rejected/${dayFolder(day)}/`);
        const documents = await Promise.all(keys.slice(-EXAMPLES_OF_DAY_MAX).map((key) => bucket.get(key)));
        found.push(...documents.map(exampleOf));
      }
      return found.filter(({ arrival }) => from <= arrival && arrival < to);
    },
  };
}

const parse = objectOf({ partitionKey: aText, arrival: aText, problems: listOf(aText), alike: anInteger });

function exampleOf(document: unknown): RejectedExample {
  const { arrival, ...example } = parse(document);
  return { ...example, arrival: Date.parse(arrival) };
}
