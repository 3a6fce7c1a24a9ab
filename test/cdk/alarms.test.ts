import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FIXED } from "../../lib/cost/prices.ts";
import { output as outputOf, type Resource, resources, synthesize } from "./synth.ts";

const template = synthesize();
const output = (name: string) => outputOf(template, name);
const alarms = resources(template, "AWS::CloudWatch::Alarm");
const [[mapping] = [""]] = resources(template, "AWS::Lambda::EventSourceMapping");

const score = [{ Name: "FunctionName", Value: output("ScoreFunction") }];
const sweep = [{ Name: "FunctionName", Value: output("SweepFunction") }];
const refit = [{ Name: "FunctionName", Value: output("RefitFunction") }];
const page = [{ Name: "FunctionName", Value: output("FeedbackFunction") }];
const stream = [{ Name: "StreamName", Value: output("StreamName") }];
const events = [{ Name: "EventSourceMappingUUID", Value: { Ref: mapping } }];
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
  ["Rejected", "Fleetwarden", "Rejected", own, "Sum", 300, 1, ">", 0],
  ["DeadLetters", "AWS/Lambda", "OnFailureDestinationDeliveredEventCount", events, "Sum", 300, 1, ">", 0],
  ["Dropped", "AWS/Lambda", "DroppedEventCount", events, "Sum", 300, 1, ">", 0],
  ["Undelivered", "AWS/SNS", "NumberOfNotificationsFailed", alerts, "Sum", 300, 1, ">", 0],
  ["Late", "Fleetwarden", "Late", own, "Sum", 300, 12, ">", 0],
  ["SweepFailed", "AWS/Lambda", "AsyncEventsDropped", sweep, "Sum", 900, 1, ">", 3],
  ["RefitFailed", "AWS/Lambda", "AsyncEventsDropped", refit, "Sum", 3600, 1, ">", 0],
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
  ["SweepStale", "SweepFunction", 60, 5],
  ["RefitStale", "RefitFunction", 3600, 26],
])("%s fires without a successful run of %s", (name, fn, Period, periods) => {
  const properties = alarm(name);
  expect(properties).toMatchObject({
    EvaluationPeriods: periods,
    Threshold: 1,
    ComparisonOperator: "LessThanThreshold",
    TreatMissingData: "breaching",
  });
  const Dimensions = [{ Name: "FunctionName", Value: output(fn) }];
  const stat = (MetricName: string) => ({
    Metric: { Namespace: "AWS/Lambda", MetricName, Dimensions },
    Period,
    Stat: "Sum",
  });
  expect(properties.Metrics).toEqual([
    expect.objectContaining({ Expression: "runs - errors" }),
    { Id: "runs", MetricStat: stat("Invocations"), ReturnData: false },
    { Id: "errors", MetricStat: stat("Errors"), ReturnData: false },
  ]);
});

test("TablesThrottled fires when any table is throttled for ten minutes, and sees no table as missing", () => {
  const { Metrics, ...alarmed } = alarm("TablesThrottled");
  expect(alarmed).toMatchObject({ EvaluationPeriods: 2, Threshold: 0, ComparisonOperator: "GreaterThanThreshold" });
  const [sum, ...counts] = Metrics as { readonly Id: string; readonly MetricStat: unknown }[];
  expect(sum).toMatchObject({ Expression: "SUM(FILL(METRICS(), 0))", ReturnData: true });
  // An alarm may read ten metrics
  // (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html).
  expect(counts).toHaveLength(10);
  const stats = ["Hosts", "Baselines", "History", "Incidents", "Alerting"].flatMap((table) =>
    ["ReadThrottleEvents", "WriteThrottleEvents"].map((MetricName) => ({
      Metric: {
        Namespace: "AWS/DynamoDB",
        MetricName,
        Dimensions: [{ Name: "TableName", Value: output(`${table}Table`) }],
      },
      Period: 300,
      Stat: "Sum",
    })),
  );
  expect(counts.map(({ MetricStat }) => MetricStat)).toEqual(stats);
});

test("RefitsRefused fires when the gate refused more than half of a day's refits", () => {
  const { Metrics, ...alarmed } = alarm("RefitsRefused");
  expect(alarmed).toMatchObject({
    EvaluationPeriods: 1,
    Threshold: 0.5,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "notBreaching",
  });
  const stat = (MetricName: string) => ({
    Metric: { Namespace: "Fleetwarden", MetricName, Dimensions: own },
    Period: 86_400,
    Stat: "Sum",
  });
  expect(Metrics).toEqual([
    expect.objectContaining({ Expression: "refused / (refused + promoted)" }),
    { Id: "refused", MetricStat: stat("BaselinesRefused"), ReturnData: false },
    { Id: "promoted", MetricStat: stat("BaselinesPromoted"), ReturnData: false },
  ]);
});

test("every alarm notifies the ops topic and says what to do", () => {
  expect(alarms).toHaveLength(19);
  for (const [, { Properties }] of alarms) {
    expect(Properties.AlarmActions).toEqual([output("OpsTopicArn")]);
    expect(Properties.AlarmDescription).toMatch(/^\w.{30,}\.$/);
  }
});

test("the pages name every alarm, and the table of costs counts the metrics that alarms are billed by", () => {
  const [deploying, operating] = ["deploying", "operating"].map((page) =>
    readFileSync(join(import.meta.dirname, `../../docs/${page}.md`), "utf8"),
  );
  const names = alarms.map(([id]) => /^Fleet(.*)Alarm/.exec(id)?.[1]);
  const rowsOf = (text = "") => text.split("\n").filter((line) => line.startsWith("| "));
  const missing = (text?: string) => names.filter((name) => !rowsOf(text).some((row) => row.includes(String(name))));
  expect([missing(deploying), missing(operating)]).toEqual([[], []]);
  const metrics = alarms.flatMap(([, { Properties }]) =>
    Properties.Metrics ? (Properties.Metrics as object[]).filter((metric) => "MetricStat" in metric) : [Properties],
  );
  expect(deploying).toContain(`| alarms on ${metrics.length} metrics `);
});

test("the dashboard shows every alarm, function and table, and the counts of the functions", () => {
  const [[, dashboard] = []] = resources(template, "AWS::CloudWatch::Dashboard");
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const [id] of alarms) expect(body).toContain(`:alarm:",{"Ref":"${id}"}`);
  for (const name of ["Score", "Sweep", "Refit", "Feedback"]) expect(body).toContain(output(`${name}Function`).Ref);
  for (const name of ["Hosts", "Baselines", "History", "Incidents"]) expect(body).toContain(output(`${name}Table`).Ref);
  for (const metric of ["BaselinesPromoted", "BaselinesRefused", "MessageSeconds"]) {
    expect(body).toContain(`\\"Fleetwarden\\",\\"${metric}\\",\\"Stack\\",\\"Fleetwarden\\"`);
  }
  const sums = ["Records", "Samples", "Anomalies", "Late", "Rejected", "IncidentsOpened"].map((name) => `sum(${name})`);
  expect(body).toContain(`stats ${sums.join(", ")} by bin(5m)`);
});

test("the bill of `fleetwarden cost` counts the metrics that these alarms watch", () => {
  const watched = alarms.map(([, { Properties }]) => {
    const { Metrics } = Properties as { readonly Metrics?: readonly { readonly MetricStat?: unknown }[] };
    return Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
  });
  expect(watched.reduce((sum, count) => sum + count, 0)).toBe(FIXED.alarmMetrics);
});
