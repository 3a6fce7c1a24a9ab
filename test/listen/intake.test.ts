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
