import { type Folded, fold } from "../../lib/watch/fold.ts";
import { newHost } from "../../lib/watch/state.ts";
import { decodeRecord } from "../../lib/wire/decode.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { collectd } from "./senders/collectd.ts";
import { HOST, JUDGED, secondsAt } from "./senders/machine.ts";
import { netdata } from "./senders/netdata.ts";
import { nodeExporter } from "./senders/node-exporter.ts";
import { openTelemetry, openTelemetryLater } from "./senders/opentelemetry.ts";
import { telegraf } from "./senders/telegraf.ts";

const SECOND = 1_000;
/** Enough for rates, and for the host's interval to be known. */
const READINGS = 5;

interface Sender {
  readonly name: string;
  readonly read: (n: number) => readonly unknown[];
  /** Fields of a reading, at least. */
  readonly series: number;
  /** Metrics that the sender does not measure. */
  readonly lacks?: readonly string[];
}

const PRESSURE = ["cpu_pressure_some_percent", "memory_pressure_some_percent", "io_pressure_some_percent"];
const KERNEL = ["oom_kills", "tcp_retransmits_per_second", "processes_total", "file_descriptors_open"];

const SENDERS: readonly Sender[] = [
  { name: "node_exporter", read: nodeExporter, series: 500 },
  { name: "Telegraf", read: telegraf, series: 390 },
  {
    name: "OpenTelemetry Collector",
    read: openTelemetry,
    series: 200,
    lacks: [...PRESSURE, ...KERNEL, "swap_pages_per_second", "context_switches_per_second"],
  },
  {
    name: "OpenTelemetry with the later conventions",
    read: openTelemetryLater,
    series: 200,
    lacks: [...PRESSURE, ...KERNEL, "swap_pages_per_second", "context_switches_per_second"],
  },
  {
    name: "collectd",
    read: collectd,
    series: 350,
    lacks: [...PRESSURE, ...KERNEL, "tcp_connections", "conntrack_used_percent"],
  },
  { name: "Netdata", read: netdata, series: 1_200, lacks: ["conntrack_used_percent", "processes_zombie"] },
];

interface Sent {
  readonly document: unknown;
  /** Milliseconds. */
  readonly arrival: number;
}

/** Folds records of one document each, as they arrive, and returns the last sample that was judged. */
function lastSample(records: readonly Sent[], keepsAll = false) {
  const schemas = new Schemas();
  let state = newHost(HOST, "default");
  const parts: Folded["parts"][number][] = [];
  for (const { document, arrival } of records) {
    const decoded = decodeRecord(Buffer.from(JSON.stringify(document)), arrival, schemas, {
      partitionKey: HOST,
      keepsAll,
    });
    expect(decoded).toMatchObject({ problems: [], replaced: 0 });
    const folded = fold(
      state,
      undefined,
      decoded.parts.map((part) => ({ part, arrival })),
    );
    ({ state } = folded);
    parts.push(...folded.parts);
  }
  const leftOut = state.assembly?.leftOut;
  const last = parts.at(-1)!;
  const { names } = last.part.schema;
  return {
    time: last.times.at(-1),
    leftOut,
    metrics: Object.fromEntries(names.map((name, i) => [name, last.part.values[i]!])),
  };
}

function expectedOf({ lacks = [] }: Sender) {
  const known = Object.entries(JUDGED).filter(([name]) => !lacks.includes(name));
  return Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const rounded = (metrics: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value.toPrecision(12))]));

const readings = Array.from({ length: READINGS }, (_, n) => n);
const arrivalOf = (n: number) => (secondsAt(n) + 2) * SECOND;

/** From 0 to 1, the same each time, which looks like chance. */
const scatter = (n: number, i: number) => Math.abs(Math.sin(n + 12.9898 * i) * 43_758.5453) % 1;

describe.each(SENDERS.map((sender) => [sender.name, sender] as const))("%s", (_, sender) => {
  const expected = { time: secondsAt(READINGS - 1) * SECOND, metrics: expectedOf(sender) };

  test("is judged on 20 to 40 metrics, with the agent's names and units", () => {
    const records = readings.map((n) => ({ document: sender.read(n), arrival: arrivalOf(n) }));
    const { time, metrics } = lastSample(records);
    expect({ time, metrics: rounded(metrics) }).toEqual(expected);
    expect(Object.keys(metrics).length).toBeGreaterThanOrEqual(20);
    expect(Object.keys(metrics).length).toBeLessThanOrEqual(40);
  });

  test("is judged the same when each series is a record of its own, up to two intervals late, some twice", () => {
    const records = readings.flatMap((n) =>
      sender.read(n).flatMap((document, i) => {
        const first = { document, arrival: arrivalOf(n + 1.9 * scatter(n, i)) };
        return i % 3 === 0 ? [first, { document, arrival: arrivalOf(n + 3 * scatter(i, n)) }] : [first];
      }),
    );
    const { time, metrics } = lastSample(records.sort((a, b) => a.arrival - b.arrival));
    expect({ time, metrics: rounded(metrics) }).toEqual(expected);
  });

  test("sends the number of series that it sends in production", () => {
    const numbers =
      JSON.stringify(sender.read(0)).match(/(?<!"time(?:stamp)?":|"interval":)(?<=[:[,])-?\d[\d.e+-]*(?=[,}\]])/g) ??
      [];
    expect(numbers.length).toBeGreaterThanOrEqual(sender.series);
  });
});

test("OpenTelemetry's CPU utilization gives the same value as the CPU times", () => {
  const shares = [
    { idle: 0.9, user: 0.08, system: 0.02 },
    { idle: 0.7, user: 0.2, system: 0.1 },
  ];
  const document = (n: number) => {
    const dataPoints = shares.flatMap((modes, cpu) =>
      Object.entries(modes).map(([mode, asDouble]) => ({
        timeUnixNano: `${secondsAt(n)}000000000`,
        asDouble,
        attributes: [
          { key: "cpu.mode", value: { stringValue: mode } },
          { key: "cpu.logical_number", value: { intValue: cpu } },
        ],
      })),
    );
    const resource = { attributes: [{ key: "host.name", value: { stringValue: HOST } }] };
    const metrics = [{ name: "system.cpu.utilization", gauge: { dataPoints } }];
    return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] };
  };
  const { metrics } = lastSample(readings.map((n) => ({ document: document(n), arrival: arrivalOf(n) })));
  expect(rounded(metrics)).toEqual({ cpu_busy_percent: 20, cpu_system_percent: 6, cpu_user_percent: 14 });
});

test("bytes that Fluent Bit counts within its interval are judged per second", () => {
  const document = (n: number) => ({
    ...{ host: HOST, date: secondsAt(n), read_size: 6_000, write_size: 60_000 },
    ...{ "eth0.rx.bytes": 1_200, "eth0.tx.bytes": 600, "eth0.rx.errors": 60, "eth0.tx.errors": 0, "lo.rx.bytes": 9e9 },
  });
  const { metrics } = lastSample(readings.map((n) => ({ document: document(n), arrival: arrivalOf(n) })));
  // One reading a minute.
  expect(rounded(metrics)).toEqual({
    disk_read_bytes_per_second: 100,
    disk_write_bytes_per_second: 1_000,
    network_errors_per_second: 1,
    network_in_bytes_per_second: 20,
    network_out_bytes_per_second: 10,
  });
});

test("a sum of EC2's metric stream is judged per second, and the agent's own count goes before it", () => {
  const streamed = (n: number, namespace: string, metric_name: string, sum: number, dimensions = {}) => ({
    ...{ namespace, metric_name, timestamp: secondsAt(n) * SECOND, value: { sum, count: 5, max: sum, min: 0 } },
    dimensions: { InstanceId: HOST, ...dimensions },
  });
  const documents = (n: number) => [
    streamed(n, "AWS/EC2", "NetworkIn", 6_000),
    streamed(n, "AWS/EC2", "DiskReadBytes", 0),
    streamed(n, "AWS/EC2", "EBSReadBytes", 60_000),
  ];
  const agent = (n: number) => [streamed(n, "CWAgent", "net_bytes_recv", 3_000, { interface: "ens5" })];
  const judged = (all: (n: number) => readonly object[]) =>
    rounded(
      lastSample(readings.flatMap((n) => all(n).map((document) => ({ document, arrival: arrivalOf(n) })))).metrics,
    );
  expect(judged(documents)).toEqual({ disk_read_bytes_per_second: 1_000, network_in_bytes_per_second: 100 });
  expect(judged((n) => [...documents(n), ...agent(n)])).toEqual({
    disk_read_bytes_per_second: 1_000,
    network_in_bytes_per_second: 50,
  });
});

test("a Windows host of Telegraf has the agent's names", () => {
  const of = (n: number) => (name: string, fields: object, instance?: string) => ({
    ...{ name, fields, timestamp: secondsAt(n), tags: { host: HOST, ...(instance ? { instance } : {}) } },
  });
  const documents = (n: number) => [
    of(n)("win_cpu", { Percent_Processor_Time: 20, Percent_User_Time: 14, Percent_Privileged_Time: 6 }, "_Total"),
    of(n)("win_cpu", { Percent_Processor_Time: 99 }, "0"),
    of(n)("win_mem", { Available_Bytes: 8e9 }),
    of(n)("win_disk", { Percent_Free_Space: 30 }, "C:"),
    of(n)("win_disk", { Percent_Free_Space: 30 }, "_Total"),
    ...["0 C:", "1 D:"].map((disk) => of(n)("win_diskio", { Disk_Read_Bytes_persec: 1e6 }, disk)),
    of(n)("win_net", { Bytes_Received_persec: 5e5 }, "Intel[R] Ethernet"),
    of(n)("win_system", { Context_Switches_persec: 900, Processes: 80, Threads: 900 }),
  ];
  const records = readings.flatMap((n) => documents(n).map((document) => ({ document, arrival: arrivalOf(n) })));
  expect(rounded(lastSample(records).metrics)).toEqual({
    context_switches_per_second: 900,
    cpu_busy_percent: 20,
    cpu_system_percent: 6,
    cpu_user_percent: 14,
    "disk_used_percent:C:": 70,
    disk_read_bytes_per_second: 2e6,
    memory_available_bytes: 8e9,
    network_in_bytes_per_second: 5e5,
    processes_total: 80,
  });
});

test("a Windows host of windows_exporter has the agent's names", () => {
  const seconds = (n: number) => secondsAt(n) - secondsAt(0);
  const document = (n: number) =>
    [
      ...["0,0", "0,1"].flatMap((core) => [
        ["windows_cpu_time_total", 0.8 * seconds(n), { core, mode: "idle" }],
        ["windows_cpu_time_total", 0.14 * seconds(n), { core, mode: "user" }],
        ["windows_cpu_time_total", 0.06 * seconds(n), { core, mode: "privileged" }],
      ]),
      ["windows_memory_available_bytes", 8e9, {}],
      ["windows_memory_physical_total_bytes", 32e9, {}],
      ["windows_logical_disk_size_bytes", 1e12, { volume: "C:" }],
      ["windows_logical_disk_free_bytes", 3e11, { volume: "C:" }],
      ["windows_logical_disk_read_bytes_total", 1e6 * seconds(n), { volume: "C:" }],
      ["windows_net_bytes_received_total", 5e5 * seconds(n), { nic: "Ethernet" }],
      ["windows_os_processes", 80, {}],
      ["windows_cpu_clock_interrupts_total", 64 * seconds(n), { core: "0,0" }],
    ].map(([name, value, labels]) => ({
      ...{ name, value, time: secondsAt(n) * SECOND, labels: { instance: HOST, ...(labels as object) } },
    }));
  const records = readings.map((n) => ({ document: document(n), arrival: arrivalOf(n) }));
  expect(rounded(lastSample(records).metrics)).toEqual({
    cpu_busy_percent: 20,
    cpu_system_percent: 6,
    cpu_user_percent: 14,
    "disk_used_percent:C:": 70,
    disk_read_bytes_per_second: 1e6,
    memory_available_bytes: 8e9,
    memory_used_percent: 75,
    network_in_bytes_per_second: 5e5,
    processes_total: 80,
  });
});

test("with all series kept, a host has the preset's metrics and others by name, 256 in all", () => {
  const records = readings.map((n) => ({ document: netdata(n), arrival: arrivalOf(n) }));
  const { metrics: chosen } = lastSample(records);
  const { metrics, leftOut } = lastSample(records, true);
  const others = Object.keys(metrics).filter((name) => !(name in chosen));
  expect(Object.keys(metrics)).toHaveLength(256);
  expect(Object.keys(chosen).filter((name) => !(name in metrics))).toEqual([]);
  // Of apps.… there are 360 dimensions: the first by name.
  expect(others.every((name) => name.startsWith("apps."))).toBe(true);
  expect(leftOut).toBeGreaterThan(900);
});
