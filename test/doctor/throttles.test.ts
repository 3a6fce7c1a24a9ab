// Throttles of a stack, and the doctor's words about each.
import type { Throttle } from "../../lib/doctor/evidence.ts";
import { throttleFindings } from "../../lib/doctor/throttles.ts";

test.each<[Throttle, string, RegExp, RegExp]>([
  [
    { what: "table", name: "hosts", amount: 1_234 },
    "throttled",
    /^DynamoDB rejected 1,234 calls to the table hosts in the last 3 h/,
    /4,000 writes a second/,
  ],
  [
    { what: "writes", name: "s", amount: 1 },
    "throttled",
    /^The stream rejected 1 record .*: a shard is full\.$/,
    /shards=2/,
  ],
  [{ what: "reads", name: "s", amount: 7 }, "throttled", /^The stream rejected 7 reads/, /enhanced fan-out/],
  [
    { what: "function", name: "score", amount: 12 },
    "throttled",
    /^Lambda did not start the function score 12 times/,
    /concurrent executions/,
  ],
  [{ what: "behind", name: "score", amount: 840_000 }, "behind", /^The scorer was up to 14 min behind/, /log of score/],
])("the doctor says what to do: %j", (throttle, cause, what, fix) => {
  expect(throttleFindings([throttle])).toEqual([
    { cause, what: expect.stringMatching(what), fix: expect.stringMatching(fix), hosts: [] },
  ]);
});

test("reads and writes of a table and of its indexes are one finding, and what is not throttled is none", () => {
  const table = (amount: number): Throttle => ({ what: "table", name: "hosts", amount });
  const calm: Throttle[] = [
    { what: "table", name: "history", amount: 0 },
    { what: "behind", name: "score", amount: 60_000 },
  ];
  const findings = throttleFindings([table(2), table(0), table(3), ...calm]);
  expect(findings.map(({ what }) => what)).toEqual([expect.stringMatching(/ 5 calls to the table hosts /)]);
});
