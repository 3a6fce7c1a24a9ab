// A bill by what CloudWatch counted, by hand.
import { billOf } from "../../lib/cost/bill.ts";
import { consumedMetrics, consumedUsage } from "../../lib/cost/consumed.ts";

const tables = { hosts: "h", baselines: "b", history: "y", incidents: "i", alerting: "a" };

test("units of a table and of its indexes are one quantity; milliseconds are seconds", () => {
  const sums = [
    ["write.incidents", 100],
    ["write.incidents", 40],
    ["milliseconds.score", 1_500],
  ] as const;
  expect(consumedUsage(sums)).toMatchObject({ "write.incidents": 140, "seconds.score": 1.5 });
});

test("a record counts as one payload unit, or all as those that their bytes need", () => {
  const of = (records: number, bytes: number) =>
    consumedUsage([
      ["records", records],
      ["streamBytes", bytes],
    ]);
  expect(of(1_000, 831_000).payloadUnits).toBe(1_000);
  // 30 MB are 1,171.875 times 25 KB of 1,024 bytes.
  expect(of(100, 30_000_000).payloadUnits).toBeCloseTo(1_171.875, 9);
});

test("the seconds that a function ran take the place of its CPU", () => {
  const line = billOf(
    consumedUsage([
      ["runs.sweep", 1_000],
      ["milliseconds.sweep", 100_000],
    ]),
    1,
  ).find(({ what }) => what === "functions");
  // 1,000 runs of $0.2 a million, and 100 s of 512 MiB.
  expect(line?.dollars).toBeCloseTo(0.0002 + 100 * 0.5 * 0.0000133334, 12);
});

test("the command asks for each table and index, the stream, the functions, their logs and the topic", () => {
  const names = { tables, stream: "s", topic: "t", functions: [{ of: "score" as const, name: "f", logGroup: "/l" }] };
  const asked = consumedMetrics(names).map(([what, { namespace, name, dimensions }]) =>
    [what, namespace, name, ...Object.values(dimensions)].join(" "),
  );
  expect(asked).toEqual(
    expect.arrayContaining([
      "write.hosts AWS/DynamoDB ConsumedWriteCapacityUnits h",
      "write.hosts AWS/DynamoDB ConsumedWriteCapacityUnits h unsent",
      "read.incidents AWS/DynamoDB ConsumedReadCapacityUnits i byId",
      "records AWS/Kinesis IncomingRecords s",
      "streamBytes AWS/Kinesis IncomingBytes s",
      "runs.score AWS/Lambda Invocations f",
      "milliseconds.score AWS/Lambda Duration f",
      "logBytes AWS/Logs IncomingBytes /l",
      "publishes AWS/SNS NumberOfMessagesPublished t",
    ]),
  );
  // Five tables, three indexes, two kinds of units; two of the stream, three of the function, one of the topic.
  expect(asked).toHaveLength(2 * (5 + 3) + 2 + 3 + 1);
});
