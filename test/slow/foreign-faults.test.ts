// Faults of a machine that other senders report: played tick by tick through the deployed handlers, in virtual time.
import { DEFAULT_CONFIG } from "../../lib/config/config.ts";
import { busyCpu, type Change, flood, saturatedDisk } from "../../lib/demo/fault.ts";
import { createMachine, type Reading } from "../../lib/demo/machine.ts";
import { eventOf } from "../../lib/handlers/contract.ts";
import { virtualDeployment } from "../../lib/replay/virtual-deployment.ts";
import { START } from "../factories.ts";

const HOST = "web-07";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MINUTE_SECONDS = 60;
const CORES = 4;
const MEMORY = 16 * 1_073_741_824;
const LASTS = 20 * MINUTE;
/** After a day, at which the refit has run. */
const FIRST = 26 * HOUR;

const swollen: Change = (reading) => ({ ...reading, memory_used_percent: reading.memory_used_percent + 30 });

const FAULTS: readonly (readonly [name: string, change: Change, causes: readonly string[]])[] = [
  ["a busy CPU", busyCpu, ["cpu_busy_percent", "cpu_user_percent", "load_1m"]],
  ["memory that fills", swollen, ["memory_used_percent", "memory_available_bytes"]],
  ["a busy disk", saturatedDisk, ["disk_busy_percent"]],
  ["a flood", flood, ["network_in_bytes_per_second"]],
];

/** Totals as the kernel counts them, in seconds, bytes and milliseconds. */
interface Totals {
  user: number;
  idle: number;
  ioMs: number;
  received: number;
}

/** The sender's report at a time in seconds. Its total of the CPUs is that of one, times their number. */
type Report = (seconds: number, reading: Reading, totals: Totals) => readonly object[];

const percentOf = (bytes: number) => (100 * bytes) / MEMORY;
const usedOf = ({ memory_used_percent }: Reading) => (MEMORY * memory_used_percent) / 100;

const telegraf: Report = (timestamp, reading, { ioMs, received }) => {
  const used = usedOf(reading);
  const of = (name: string, fields: object, tags = {}) => ({ name, fields, tags: { host: HOST, ...tags }, timestamp });
  const usage_user = reading.cpu_busy_percent;
  return [
    of("cpu", { usage_user, usage_idle: 100 - usage_user, usage_system: 0, usage_iowait: 0 }, { cpu: "cpu-total" }),
    of("system", { load1: reading.load_1m, n_cpus: CORES }),
    of("mem", { total: MEMORY, used, available: MEMORY - used, used_percent: percentOf(used) }),
    of("diskio", { io_time: ioMs }, { name: "sda" }),
    of("net", { bytes_recv: received }, { interface: "eth0" }),
  ];
};

const nodeExporter: Report = (seconds, reading, { user, idle, ioMs, received }) => {
  const of = (name: string, value: number, labels = {}) => ({
    ...{ name, value, time: seconds * 1_000, labels: { instance: `${HOST}:9100`, job: "node", ...labels } },
  });
  return [
    ...Array.from({ length: CORES }, (_, cpu) => [
      of("node_cpu_seconds_total", user, { cpu: String(cpu), mode: "user" }),
      of("node_cpu_seconds_total", idle, { cpu: String(cpu), mode: "idle" }),
    ]).flat(),
    of("node_load1", reading.load_1m),
    of("node_memory_MemTotal_bytes", MEMORY),
    of("node_memory_MemAvailable_bytes", MEMORY - usedOf(reading)),
    of("node_disk_io_time_seconds_total", ioMs / 1_000, { device: "sda" }),
    of("node_network_receive_bytes_total", received, { device: "eth0" }),
  ];
};

const openTelemetry: Report = (seconds, reading, { user, idle, ioMs, received }) => {
  const attributesOf = (attributes: object) =>
    Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const points = (...all: readonly (readonly [number, object])[]) => ({
    dataPoints: all.map(([asDouble, attributes]) => ({
      ...{ timeUnixNano: `${seconds}000000000`, asDouble, attributes: attributesOf(attributes) },
    })),
  });
  const total = (name: string, ...all: readonly (readonly [number, object])[]) => ({
    ...{ name, sum: { aggregationTemporality: 2, isMonotonic: true, ...points(...all) } },
  });
  const cpus = Array.from({ length: CORES }, (_, i) => `cpu${i}`);
  const used = usedOf(reading);
  const metrics = [
    total(
      "system.cpu.time",
      ...cpus.flatMap((cpu) => [[user, { cpu, state: "user" }] as const, [idle, { cpu, state: "idle" }] as const]),
    ),
    { name: "system.cpu.load_average.1m", gauge: points([reading.load_1m, {}]) },
    { name: "system.memory.usage", gauge: points([used, { state: "used" }], [MEMORY - used, { state: "free" }]) },
    total("system.disk.io_time", [ioMs / 1_000, { device: "sda" }]),
    total("system.network.io", [received, { device: "eth0", direction: "receive" }]),
  ];
  const resource = { attributes: attributesOf({ "host.name": HOST }) };
  return [{ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }];
};

const collectd: Report = (time, reading, { user, idle, ioMs, received }) => {
  const of = (kind: "gauge" | "derive", path: string, values: Readonly<Record<string, number>>) => {
    const [plugin = "", plugin_instance = "", type = "", type_instance = ""] = path.split("|");
    const dstypes = Object.keys(values).map(() => kind);
    const about = { host: HOST, time, interval: MINUTE_SECONDS, plugin, plugin_instance, type, type_instance };
    return { ...about, dsnames: Object.keys(values), dstypes, values: Object.values(values) };
  };
  const used = usedOf(reading);
  return [
    ...Array.from({ length: CORES }, (_, cpu) => [
      of("derive", `cpu|${cpu}|cpu|user`, { value: 100 * user }),
      of("derive", `cpu|${cpu}|cpu|idle`, { value: 100 * idle }),
    ]).flat(),
    of("gauge", "load||load", { shortterm: reading.load_1m }),
    of("gauge", "memory||memory|used", { value: used }),
    of("gauge", "memory||memory|free", { value: MEMORY - used }),
    of("derive", "disk|sda|disk_io_time", { io_time: ioMs, weighted_io_time: ioMs }),
    of("derive", "interface|eth0|if_octets", { rx: received, tx: 0 }),
  ];
};

/** A minute of the machine in its totals. */
function count(totals: Totals, reading: Reading): void {
  const busy = reading.cpu_busy_percent / 100;
  totals.user += MINUTE_SECONDS * busy;
  totals.idle += MINUTE_SECONDS * (1 - busy);
  totals.ioMs += 10 * MINUTE_SECONDS * reading.disk_busy_percent;
  totals.received += MINUTE_SECONDS * reading.network_in_bytes_per_second;
}

function faultAt(time: number): Change | undefined {
  const since = time - START - FIRST;
  const [, change] = (since >= 0 && FAULTS[Math.floor(since / (3 * HOUR))]) || [];
  return since % (3 * HOUR) < LASTS ? change : undefined;
}

/** The messages that open an incident, with their first cause. */
async function play(report: Report): Promise<readonly { readonly at: number; readonly first: string | undefined }[]> {
  const deployment = virtualDeployment(START, DEFAULT_CONFIG);
  const machine = createMachine(7, HOST);
  const totals: Totals = { user: 0, idle: 0, ioMs: 0, received: 0 };
  const end = START + FIRST + FAULTS.length * 3 * HOUR;
  for (let time = START; time < end; time += MINUTE) {
    const reading = faultAt(time)?.(machine(time), MINUTE, 0) ?? machine(time);
    count(totals, reading);
    const documents = report(time / 1_000, reading, totals).map((one) => JSON.stringify(one));
    // A record for each document, as senders of series put them.
    const records = documents.map((document, i) => {
      const data = Buffer.from(document).toString("base64");
      return eventOf({ sequenceNumber: `${time}-${i}`, partitionKey: HOST, arrival: time + 2_000, data });
    });
    await deployment.score(records);
    await deployment.sweep(time + MINUTE - 1);
    if ((time - START) % (24 * HOUR) === 23 * HOUR) await deployment.refit(time + MINUTE - 1);
  }
  return deployment.published.flatMap(({ at, news }) =>
    "incident" in news && ["opened", "unstable", "also"].includes(news.kind) && news.incident.kind === "anomaly"
      ? [{ at, first: news.incident.causes[0]?.metric }]
      : [],
  );
}

test.each([
  ["Telegraf", telegraf],
  ["node_exporter", nodeExporter],
  ["the OpenTelemetry Collector", openTelemetry],
  ["collectd", collectd],
])(
  "faults in CPU, memory, disk and network that %s reports are each notified with the right first cause",
  async (_, report) => {
    const told = await play(report);
    const found = FAULTS.map(([name, , causes], i) => {
      const from = START + FIRST + i * 3 * HOUR;
      const during = told.filter(({ at }) => at >= from && at < from + LASTS);
      return [name, during.some(({ first }) => first !== undefined && causes.includes(first)) ? "notified" : during];
    });
    expect(found).toEqual(FAULTS.map(([name]) => [name, "notified"]));
  },
  300_000,
);
