import { type Folded, fold } from "../../lib/watch/fold.ts";
import { newHost } from "../../lib/watch/state.ts";
import { decodeRecord } from "../../lib/wire/decode.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { collectd } from "./senders/collectd.ts";
import { HOST, JUDGED, secondsAt } from "./senders/machine.ts";
import { netdata } from "./senders/netdata.ts";
import { nodeExporter } from "./senders/node-exporter.ts";
import { openTelemetry } from "./senders/opentelemetry.ts";
import { telegraf } from "./senders/telegraf.ts";

const SECOND = 1_000;
/** Enough for rates, and for the host's interval to be known. */
const READINGS = 5;

interface Sender {
  readonly name: string;
  readonly read: (n: number) => readonly unknown[];
  /** Fields of a reading, at least. */
  readonly series: number;
  /** What the sender does not measure. */
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
    const decoded = decodeRecord(Buffer.from(JSON.stringify(document)), arrival, schemas, HOST, keepsAll);
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

/** The same order each time, which looks like none. */
const shuffled = <T>(list: readonly T[], seed: number) =>
  list
    .map((one, i) => ({ one, at: Math.sin(seed + 12.9898 * i) * 43_758.5453 }))
    .sort((a, b) => (a.at % 1) - (b.at % 1))
    .map(({ one }) => one);

describe.each(SENDERS.map((sender) => [sender.name, sender] as const))("%s", (_, sender) => {
  const expected = { time: secondsAt(READINGS - 1) * SECOND, metrics: expectedOf(sender) };

  test("is judged on 20 to 40 metrics, with the agent's names and units", () => {
    const records = readings.map((n) => ({ document: sender.read(n), arrival: arrivalOf(n) }));
    const { time, metrics } = lastSample(records);
    expect({ time, metrics: rounded(metrics) }).toEqual(expected);
    expect(Object.keys(metrics).length).toBeGreaterThanOrEqual(20);
    expect(Object.keys(metrics).length).toBeLessThanOrEqual(40);
  });

  test("is judged alike when each series is a record of its own, in any order", () => {
    const records = readings.flatMap((n) =>
      shuffled(sender.read(n), n).map((document, i) => ({ document, arrival: arrivalOf(n) + i })),
    );
    const { time, metrics } = lastSample(records);
    expect({ time, metrics: rounded(metrics) }).toEqual(expected);
  });

  test("sends as many series as it does in life", () => {
    const numbers =
      JSON.stringify(sender.read(0)).match(/(?<!"time(?:stamp)?":|"interval":)(?<=[:[,])-?\d[\d.e+-]*(?=[,}\]])/g) ??
      [];
    expect(numbers.length).toBeGreaterThanOrEqual(sender.series);
  });
});

test("with all series kept, a host has 256 metrics: those of the preset, then the others by name; the rest is said", () => {
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
