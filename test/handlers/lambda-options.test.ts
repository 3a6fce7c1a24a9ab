// The options that the functions read from Lambda's environment.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lambdaOptions, metricLine } from "../../lib/handlers/lambda-options.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-lambda-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the configuration is the named file in the folder of the code", () => {
  writeFileSync(join(folder, "c.json"), '{"version":1,"alerts":{"messagesPerMinute":3}}');
  const named = { CONFIG_FILE: "c.json", LAMBDA_TASK_ROOT: folder };
  expect(lambdaOptions(named).config?.().alerts.messagesPerMinute).toBe(3);
  expect(lambdaOptions({ CONFIG_FILE: join(folder, "c.json") }).config?.().alerts.messagesPerMinute).toBe(3);
});

test("without a name there is no configuration", () => {
  expect(lambdaOptions({})).not.toHaveProperty("config");
});

test("an unreadable configuration stops the function at once", () => {
  expect(() => lambdaOptions({ CONFIG_FILE: "c.json", LAMBDA_TASK_ROOT: folder })).toThrow(join(folder, "c.json"));
});

test("a run writes a count as a metric only if an alarm watches it and it is not 0", () => {
  const counts = { Records: 83, Samples: 498, Late: 0, Rejected: 0, BaselinesPromoted: 0, BaselinesRefused: 0 };
  expect(JSON.parse(metricLine(counts, "Fleetwarden", 1))).toEqual({ Stack: "Fleetwarden", ...counts });
  const line = JSON.parse(metricLine({ ...counts, Late: 2, BaselinesRefused: 1 }, "Fleetwarden", 1));
  expect(line).toMatchObject({ Stack: "Fleetwarden", Records: 83, Late: 2, BaselinesRefused: 1 });
  expect(line._aws).toEqual({
    Timestamp: 1,
    CloudWatchMetrics: [
      {
        Namespace: "Fleetwarden",
        Dimensions: [["Stack"]],
        Metrics: [{ Name: "Late", Unit: "Count" }],
      },
    ],
  });
});

test("the latencies of messages become a metric only if there are any, and at most 100 at a time", () => {
  const metricsOf = (MessageSeconds: readonly number[]) =>
    JSON.parse(metricLine({ Records: 1, MessageSeconds }, "Fleetwarden", 1));
  const line = metricsOf([12.5, 70]);
  expect(line).toMatchObject({ Records: 1, MessageSeconds: [12.5, 70] });
  expect(line._aws.CloudWatchMetrics).toMatchObject([{ Metrics: [{ Name: "MessageSeconds", Unit: "Seconds" }] }]);
  expect(metricsOf([])).toEqual({ Stack: "Fleetwarden", Records: 1, MessageSeconds: [] });
  expect(metricsOf(Array<number>(101).fill(1)).MessageSeconds).toHaveLength(100);
});
