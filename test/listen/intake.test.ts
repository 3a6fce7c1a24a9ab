import { createIntake } from "../../lib/listen/intake.ts";
import { START } from "../factories.ts";

const sampleOf = (host: string, metrics: number) => ({
  ...{ host, time: START },
  metrics: Object.fromEntries(Array.from({ length: metrics }, (_, i) => [`m${i}`, i])),
});

async function taken(body: string) {
  const onStream: string[] = [];
  const takeIn = createIntake({
    put: async ({ data }) => {
      onStream.push(data.toString());
      return null;
    },
    clock: () => START,
  });
  return { ...(await takeIn(Buffer.from(body), "web-07")), onStream };
}

test("samples with more than 256 metrics cost none of the others", async () => {
  // A wide sample behind each sixteen others, so that no cut of 64 parts would separate all of them.
  const samples = Array.from({ length: 530 }, (_, i) => sampleOf(`web-${i}`, i % 17 === 16 ? 300 : 5));
  const body = samples.map((sample) => JSON.stringify(sample)).join("\n");
  expect(await taken(body)).toMatchObject({ rejected: 31, records: 1, onStream: [body] });
});

test("a record on several lines that holds too much is refused as a whole, with one reason", async () => {
  const times = Array.from({ length: 601 }, (_, i) => START + i);
  const record = { v: 1, host: "web-07", names: ["cpu"], t: times, rows: times.map(() => [1]) };
  expect(await taken(JSON.stringify(record, null, 1))).toMatchObject({
    ...{ rejected: 1, records: 0, onStream: [] },
    reasons: ["601 samples: send at most 600 in one record"],
  });
});
