// The records that a host of a recording sends.
import { createSender } from "../../lib/replay/sender.ts";
import { HOUR, MINUTE, NOON, recorded } from "./made.ts";

const at = (minute: number) => new Date(NOON + minute * MINUTE).toISOString();

async function sent(csv: string, until: readonly number[]) {
  const [recording] = await recorded({ "web-1.csv": csv });
  const sender = createSender(recording!);
  return until.map((time) =>
    sender.sendUntil(time).map(({ kinesis }) => {
      const { names, t, rows } = JSON.parse(Buffer.from(kinesis.data, "base64").toString());
      return { arrival: kinesis.approximateArrivalTimestamp * 1000, names, t, rows };
    }),
  );
}

test("a record has all samples so far, arrives with its last, and names the metrics when they change", async () => {
  const csv = `time,cpu,swap,gpu\n${at(0)},1,,\n${at(0.5)},2,,\n${at(1)},3,7,\n${at(2)},,8,`;
  const [first, second, none, third] = await sent(
    csv,
    [1, 2, 2, 3].map((minute) => NOON + minute * MINUTE),
  );
  expect(first).toEqual([
    { arrival: NOON + MINUTE / 2, names: ["cpu"], t: [NOON, NOON + MINUTE / 2], rows: [[1], [2]] },
  ]);
  // A metric is sent from its first value on; one that never has any is not the host's.
  expect(second).toMatchObject([{ names: ["cpu", "swap"], rows: [[3, 7]] }]);
  expect(none).toEqual([]);
  expect(third).toEqual([{ arrival: NOON + 2 * MINUTE, names: undefined, t: [NOON + 2 * MINUTE], rows: [[null, 8]] }]);
});

test("a record has at most 600 samples", async () => {
  const rows = Array.from({ length: 1_300 }, (_, i) => `${NOON + i},${i}`);
  const [records] = await sent(`time,cpu\n${rows.join("\n")}`, [NOON + HOUR]);
  expect(records?.map(({ t }) => t.length)).toEqual([600, 600, 100]);
});
