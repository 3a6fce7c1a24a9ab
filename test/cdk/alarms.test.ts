import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FIXED } from "../../lib/cost/prices.ts";
import { output as outputOf, type Resource, resources, synthesize } from "./synth.ts";

const template = synthesize();
const output = (name: string) => outputOf(template, name);
const alarms = resources(template, "AWS::CloudWatch::Alarm");

const score = [{ Name: "FunctionName", Value: output("ScoreFunction") }];
const sweep = [{ Name: "FunctionName", Value: output("SweepFunction") }];
const refit = [{ Name: "FunctionName", Value: output("RefitFunction") }];
const page = [{ Name: "FunctionName", Value: output("FeedbackFunction") }];
const stream = [{ Name: "StreamName", Value: output("StreamName") }];
const own = [{ Name: "Stack", Value: "Fleetwarden" }];
const alerts = [{ Name: "TopicName", Value: { "Fn::GetAtt": [output("AlertsTopicArn").Ref, "TopicName"] } }];

function alarm(name: string): Resource["Properties"] {
  const found = alarms.filter(([id]) => id.startsWith(`Fleet${name}Alarm`));
  expect(found).toHaveLength(1);
  return found[0]![1].Properties;
}

test.each([
  ["IteratorAge", "AWS/Lambda", "IteratorAge", score, "Maximum", 60, 3, ">", 60_000],
  ["ScoreErrors", "AWS/Lambda", "Errors", score, "Sum", 300, 1, ">", 3],
  ["ScoreThrottles", "AWS/Lambda", "Throttles", score, "Sum", 300, 2, ">", 0],
  ["FeedbackErrors", "AWS/Lambda", "Errors", page, "Sum", 300, 1, ">", 3],
  ["FeedbackFlood", "AWS/Lambda", "Invocations", page, "Sum", 300, 2, ">", 3000],
  ["WriteThrottled", "AWS/Kinesis", "WriteProvisionedThroughputExceeded", stream, "Sum", 300, 2, ">", 0],
  ["TablesThrottled", "Fleetwarden", "Throttled", own, "Sum", 300, 2, ">", 0],
  ["Rejected", "Fleetwarden", "Rejected", own, "Sum", 300, 1, ">", 0],
  ["SetAside", "Fleetwarden", "ItemsSetAside", own, "Sum", 300, 1, ">", 0],
  ["GivenUp", "Fleetwarden", "GivenUp", own, "Sum", 300, 1, ">", 0],
  ["Dropped", "AWS/Lambda", "DestinationDeliveryFailures", score, "Sum", 300, 1, ">", 0],
  ["Undelivered", "AWS/SNS", "NumberOfNotificationsFailed", alerts, "Sum", 300, 1, ">", 0],
  ["Late", "Fleetwarden", "Late", own, "Sum", 300, 12, ">", 0],
  ["FleetSilent", "AWS/Kinesis", "IncomingRecords", stream, "Sum", 300, 2, "<", 1],
])("%s watches %s %s", (name, Namespace, MetricName, Dimensions, Statistic, Period, periods, sign, Threshold) => {
  expect(alarm(name)).toMatchObject({
    Namespace,
    MetricName,
    Dimensions,
    Statistic,
    Period,
    EvaluationPeriods: periods,
    Threshold,
    ComparisonOperator: sign === ">" ? "GreaterThanThreshold" : "LessThanThreshold",
    TreatMissingData: sign === ">" ? "notBreaching" : "breaching",
  });
});

test.each([
  // Two of the five sweeps of five minutes are a share of 0.4, one is 0.2.
  ["SweepFailed", sweep, "Average", 300, 1, 0.3],
  // Of 0 and 1, the smallest is 0 if any run succeeded.
  ["RefitStale", refit, "Minimum", 3600, 26, 0],
])(
  "%s fires when the function fails, and when it does not run",
  (name, Dimensions, Statistic, Period, hours, Threshold) => {
    expect(alarm(name)).toMatchObject({
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions,
      Statistic,
      Period,
      EvaluationPeriods: hours,
      Threshold,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "breaching",
    });
  },
);

test("every alarm notifies the ops topic and says what to do", () => {
  expect(alarms).toHaveLength(16);
  for (const [, { Properties }] of alarms) {
    expect(Properties.AlarmActions).toEqual([output("OpsTopicArn")]);
    expect(Properties.AlarmDescription).toMatch(/^\w.{30,}\.$/);
  }
});

test("the pages name every alarm", () => {
  const [deploying, operating] = ["deploying", "operating"].map((page) =>
    readFileSync(join(import.meta.dirname, `../../docs/${page}.md`), "utf8"),
  );
  const names = alarms.map(([id]) => /^Fleet(.*)Alarm/.exec(id)?.[1]);
  const rowsOf = (text = "") => text.split("\n").filter((line) => line.startsWith("| "));
  const missing = (text?: string) => names.filter((name) => !rowsOf(text).some((row) => row.includes(String(name))));
  expect([missing(deploying), missing(operating)]).toEqual([[], []]);
});

test("the dashboard shows every alarm, function and table, and the counts of the functions", () => {
  const [[, dashboard] = []] = resources(template, "AWS::CloudWatch::Dashboard");
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const [id] of alarms) expect(body).toContain(`:alarm:",{"Ref":"${id}"}`);
  for (const name of ["Score", "Sweep", "Refit", "Feedback"]) expect(body).toContain(output(`${name}Function`).Ref);
  for (const name of ["Hosts", "Baselines", "History", "Incidents"]) expect(body).toContain(output(`${name}Table`).Ref);
  expect(body).toContain('\\"Fleetwarden\\",\\"MessageSeconds\\",\\"Stack\\",\\"Fleetwarden\\"');
  expect(body).toContain("stats sum(BaselinesPromoted), sum(BaselinesRefused) by bin(5m)");
  const sums = ["Records", "Samples", "Anomalies", "Late", "Rejected", "IncidentsOpened"].map((name) => `sum(${name})`);
  expect(body).toContain(`stats ${sums.join(", ")} by bin(5m)`);
});

test("an alarm watches one metric, so that `fleetwarden cost` bills as many metrics as there are alarms", () => {
  for (const [, { Properties }] of alarms) expect(Properties).not.toHaveProperty("Metrics");
  expect(FIXED.alarmMetrics).toBe(alarms.length);
});
