import { gzipSync } from "node:zlib";
import { START } from "../../../factories.ts";
import { type Example, host, time } from "./example.ts";

/** By protobufjs 7.2.4 and the .proto files of opentelemetry-proto: one request twice, each behind its length. */
const CLOUDWATCH_PROTOBUF = `jQIKigIKGQoXCg5jbG91ZC5wcm92aWRlchIFCgNhd3MS7AES6QEKJGFtYXpvbmF3cy5jb20vQVdTL0VDMi9DUFVVdGlsaXphdGlvbhoJe1Bl
cmNlbnR9WrUBCrIBEQBoFhm3YuoYGQDAXRHFYuoYIQQAAAAAAAAAKZqZmZmZmVFAMgkRAAAAAAAAI0AyEgkAAAAAAADwPxEAAAAAAEA/QDoWCglOYW1lc3BhY2USCQoHQVdT
L0VDMjoeCgpNZXRyaWNOYW1lEhAKDkNQVVV0aWxpemF0aW9uOjUKCkRpbWVuc2lvbnMSJzIlCiMKCkluc3RhbmNlSWQSFQoTaS0wYTFiMmMzZDRlNWY2MDcxOI0CCooCChkK
FwoOY2xvdWQucHJvdmlkZXISBQoDYXdzEuwBEukBCiRhbWF6b25hd3MuY29tL0FXUy9FQzIvQ1BVVXRpbGl6YXRpb24aCXtQZXJjZW50fVq1AQqyAREAaBYZt2LqGBkAwF0R
xWLqGCEEAAAAAAAAACmamZmZmZlRQDIJEQAAAAAAACNAMhIJAAAAAAAA8D8RAAAAAABAP0A6FgoJTmFtZXNwYWNlEgkKB0FXUy9FQzI6HgoKTWV0cmljTmFtZRIQCg5DUFVV
dGlsaXphdGlvbjo1CgpEaW1lbnNpb25zEicyJQojCgpJbnN0YW5jZUlkEhUKE2ktMGExYjJjM2Q0ZTVmNjA3MTg=`;
/** The same way: a summary whose greatest value comes first, with two dimensions. */
const CLOUDWATCH_ONE = `CuwBEukBEuYBCiJhbWF6b25hd3MuY29tL0FXUy9FQzIvRGlza1dyaXRlT3BzWr8BCrwBGQDAXRHFYuoYIQIAAAAAAAAAKQAAAAAAABhAMhIJAA
AAAAAA8D8RAAAAAAAAFEAyCREAAAAAAADwPzoWCglOYW1lc3BhY2USCQoHQVdTL0VDMjocCgpNZXRyaWNOYW1lEg4KDERpc2tXcml0ZU9wczpK
CgpEaW1lbnNpb25zEjwyOgojCgpJbnN0YW5jZUlkEhUKE2ktMGExYjJjM2Q0ZTVmNjA3MTgKEwoIVm9sdW1lSWQSBwoFdm9sLTE=`;

const ec2 = "i-0a1b2c3d4e5f60718";
const stream = {
  metric_stream_name: "all",
  account_id: "111122223333",
  region: "eu-west-1",
  namespace: "AWS/EC2",
  metric_name: "CPUUtilization",
  dimensions: { InstanceId: ec2 },
  timestamp: START,
  value: { max: 31.25, min: 9.5, sum: 70.4, count: 4 },
  unit: "Percent",
};
/** A line of three values. */
const streamed = (namespace: string, metric_name: string, sum: number, dimensions: object = {}) =>
  JSON.stringify({
    ...stream,
    ...{ namespace, metric_name, dimensions: { ...stream.dimensions, ...dimensions } },
    value: { sum, count: 3, max: sum === 0 ? 0 : sum / 2, min: 0 },
  });
/** 70.4 / 4 */
const ec2Sample = { "@cpu_busy": 17.6 };
const emf = {
  _aws: {
    Timestamp: START,
    CloudWatchMetrics: [
      { Namespace: "CWAgent", Dimensions: [["host", "cpu"]], Metrics: [{ Name: "cpu_usage_active", Unit: "Percent" }] },
      { Namespace: "CWAgent", Dimensions: [["host"]], Metrics: [{ Name: "wait" }] },
    ],
  },
  host,
  cpu: "cpu-total",
  cpu_usage_active: 17.6,
  wait: [1, 2, 6],
};
const emfSample = { "cpu_usage_active:cpu-total": 17.6, wait: 3 };
const logs = (fields: Readonly<Record<string, unknown>>) =>
  gzipSync(
    JSON.stringify({
      messageType: "DATA_MESSAGE",
      owner: "111122223333",
      logGroup: "/fleet/metrics",
      logStream: host,
      subscriptionFilters: ["all"],
      ...fields,
    }),
  );
const event = (message: unknown) => ({
  id: "3912",
  timestamp: START,
  message: typeof message === "string" ? message : JSON.stringify(message),
});

export const cloudWatch: readonly Example[] = [
  {
    shape: "CloudWatch metric stream, JSON lines",
    record: `${JSON.stringify(stream)}\n`,
    samples: [{ host: ec2, time, metrics: ec2Sample }],
  },
  {
    shape: "CloudWatch metric stream of disks and networks: sums of the period, as EC2 and the agent count them",
    record: [
      streamed("AWS/EC2", "EBSReadBytes", 3_000),
      streamed("AWS/EC2", "NetworkIn", 6_000),
      streamed("AWS/EC2", "NetworkPacketsIn", 60),
      streamed("AWS/EC2", "StatusCheckFailed", 0),
      streamed("CWAgent", "diskio_write_bytes", 9_000, { name: "nvme0n1" }),
      streamed("CWAgent", "diskio_write_bytes", 9_000, { name: "nvme0n1p1" }),
      streamed("CWAgent", "diskio_io_time", 300, { name: "nvme0n1" }),
      streamed("CWAgent", "net_err_in", 3, { interface: "ens5" }),
      streamed("CWAgent", "net_err_in", 3, { interface: "lo" }),
      streamed("CWAgent", "processes_zombies", 3),
    ].join("\n"),
    samples: [
      {
        host: ec2,
        time,
        metrics: {
          "@vm_disk_read_bytes_counted:ebs": 3_000,
          "@vm_network_in_bytes_counted:all": 6_000,
          "AWS/EC2/StatusCheckFailed": 0,
          "AWS/EC2/StatusCheckFailed_max": 0,
          "AWS/EC2/StatusCheckFailed_sum": 0,
          "@disk_write_bytes_counted:nvme0n1": 9_000,
          // 300 of the interval's milliseconds; a tenth of a percent of a second each
          "@disk_busy_counted:nvme0n1": 30,
          "@network_in_errors_counted:ens5": 3,
          // 3 / 3, the mean
          "@processes_zombie": 1,
        },
      },
    ],
  },
  {
    shape: "CloudWatch metric stream, OpenTelemetry 1.0 behind lengths",
    record: Buffer.from(CLOUDWATCH_PROTOBUF, "base64"),
    samples: [{ host: ec2, time, metrics: ec2Sample }],
  },
  {
    shape: "CloudWatch summary with two dimensions",
    record: Buffer.from(CLOUDWATCH_ONE, "base64"),
    samples: [
      {
        host: ec2,
        time,
        // The sum: operations are counted within the period.
        metrics: { "@vm_disk_writes_counted:store": 6 },
      },
    ],
  },
  {
    shape: "embedded metric format of Container Insights: a node of Kubernetes",
    record: {
      _aws: {
        Timestamp: START,
        CloudWatchMetrics: [
          {
            Namespace: "ContainerInsights",
            Dimensions: [["NodeName", "InstanceId", "ClusterName"], ["ClusterName"]],
            Metrics: ["cpu_utilization", "memory_utilization", "filesystem_utilization", "cpu_limit"].map((name) => ({
              Name: `node_${name}`,
            })),
          },
        ],
      },
      ...{ ClusterName: "shop", InstanceId: ec2, NodeName: "ip-10-0-0-7.ec2.internal" },
      ...{
        node_cpu_utilization: 17.6,
        node_memory_utilization: 41,
        node_filesystem_utilization: 38,
        node_cpu_limit: 4000,
      },
    },
    samples: [
      {
        host: ec2,
        time,
        metrics: { "@cpu_busy": 17.6, "@memory_used_percent": 41, "@mount_used_percent": 38 },
      },
    ],
  },
  { shape: "embedded metric format", record: emf, samples: [{ host, time, metrics: emfSample }] },
  {
    shape: "CloudWatch Logs subscription with embedded metric format",
    record: logs({ logEvents: [event({ ...emf, host: undefined })] }),
    samples: [{ host, time, metrics: emfSample }],
  },
  {
    shape: "CloudWatch Logs subscription with rows and log lines: the rows have the event's time",
    record: logs({ logEvents: [event({ cpu: 17.6 }), event("START RequestId: 1"), event("END RequestId: 1")] }),
    samples: [{ host, time, metrics: { cpu: 17.6 } }],
    problems: ["a log line: send metrics only to this stream, for instance Vector's after metric_to_log (2 times)"],
  },
  {
    shape: "CloudWatch Logs control message: neither sample nor problem",
    record: logs({
      messageType: "CONTROL_MESSAGE",
      logEvents: [event("CWL CONTROL MESSAGE: Checking health of destination")],
    }),
    samples: [],
  },
];
