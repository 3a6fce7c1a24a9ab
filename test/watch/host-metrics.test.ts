import { type Folded, fold } from "../../lib/watch/fold.ts";
import { NO_POLICY } from "../../lib/watch/policy.ts";
import type { HostSamples } from "../../lib/wire/samples.ts";
import { arrived, part, START, state } from "../factories.ts";

const MINUTE = 60_000;

interface Reading {
  readonly metrics: Readonly<Record<string, number>>;
  readonly counters?: readonly string[];
}

/** Folds a reading a minute, and returns the samples that were judged. */
function judged(readings: readonly Reading[], policy = NO_POLICY) {
  const before = state();
  const steps: Folded[] = [];
  for (const [n, { metrics, counters }] of readings.entries()) {
    const sample = part({ names: Object.keys(metrics), times: [START + n * MINUTE], rows: [Object.values(metrics)] });
    const piece: HostSamples = { ...sample, isPart: true, ...(counters ? { counters } : {}) };
    steps.push(fold(steps.at(-1)?.state ?? before, undefined, [arrived(piece)], policy));
  }
  const end = START + readings.length * MINUTE + 10 * MINUTE;
  steps.push(fold(steps.at(-1)?.state ?? before, undefined, [], policy, end));
  return steps.flatMap(({ parts }) =>
    parts.map(({ part: { schema, values } }) => Object.fromEntries(schema.names.map((name, i) => [name, values[i]!]))),
  );
}

test("totals become rates before they are summed; a reset of one total costs a sample", () => {
  const counters = ["@network_in_bytes:eth0", "@network_in_bytes:eth1"];
  const readings = [
    [6_000, 0],
    [12_000, 600],
    [100, 1_200],
    [6_100, 1_800],
  ].map(([eth0 = 0, eth1 = 0]) => ({
    metrics: { "@network_in_bytes:eth0": eth0, "@network_in_bytes:eth1": eth1 },
    counters,
  }));
  // (12,000 − 6,000) / 60 + 600 / 60, and the same after the reset.
  expect(judged(readings)).toEqual(
    [Number.NaN, 110, Number.NaN, 110].map((rate) => ({ network_in_bytes_per_second: rate })),
  );
});

test("a measure that changes from a rate to a total between senders has no rate in between", () => {
  const gauge = { metrics: { "@network_in_bytes:eth0": 100 } };
  const total = (value: number) => ({
    metrics: { "@network_in_bytes:eth0": value },
    counters: ["@network_in_bytes:eth0"],
  });
  expect(judged([gauge, total(6_000), total(12_000)])).toEqual(
    [100, Number.NaN, 100].map((rate) => ({ network_in_bytes_per_second: rate })),
  );
});

test("a pattern of the configuration that makes metrics rates or gauges does not reach the measures of presets", () => {
  const readings = [0, 6_000].map((value) => ({
    metrics: { "@network_in_bytes:eth0": value, "@load_1m": 2, bytes_total: value },
    counters: ["@network_in_bytes:eth0", "bytes_total"],
  }));
  const [, sample] = judged(readings, { ...NO_POLICY, takenAs: () => "gauge" });
  expect(sample).toEqual({ bytes_total: 6_000, load_1m: 2, network_in_bytes_per_second: 100 });
});

test("a metric waits for a missing value, and goes on without an instance that is gone", () => {
  const both = { metrics: { "@disk_busy:sda": 20, "@disk_busy:sdb": 90 } };
  const one = { metrics: { "@disk_busy:sda": 30 } };
  expect(judged([both, both, one, one, one, one, both])).toEqual(
    [90, 90, Number.NaN, Number.NaN, Number.NaN, 30, 90].map((percent) => ({ disk_busy_percent: percent })),
  );
});

test("a metric that the host itself sends takes the place of a preset's metric of the same name", () => {
  expect(judged([{ metrics: { "@load_1m": 1, load_1m: 2 } }])).toEqual([{ load_1m: 2 }]);
});

test("shares need the whole: without swap there is none, and no share exceeds the whole", () => {
  expect(judged([{ metrics: { "@swap_total": 0, "@swap_free": 0 } }])).toEqual([{ swap_used_percent: Number.NaN }]);
  expect(judged([{ metrics: { "@disk_busy:sda": 100.3, "@cpu_idle:0": 100.2 } }])).toEqual([
    { cpu_busy_percent: 0, disk_busy_percent: 100 },
  ]);
});

test("CPU use is all but idle and iowait, or the sum of the busy times where idle is unknown", () => {
  expect(
    judged([{ metrics: { "@cpu_idle:0": 60, "@cpu_idle:1": 40, "@cpu_iowait:0": 10, "@cpu_iowait:1": 0 } }]),
  ).toEqual([
    { cpu_busy_percent: 45, cpu_iowait_percent: 5 }, // 100 − 50 − 5
  ]);
  expect(judged([{ metrics: { "@cpu_user": 11, "@cpu_system": 3, "@cpu_nice": 2 } }])).toEqual([
    { cpu_busy_percent: 16, cpu_system_percent: 3, cpu_user_percent: 13 },
  ]);
});

test("measures that make no metric yet are no sample", () => {
  expect(
    judged([{ metrics: { "@memory_total": 8 } }, { metrics: { "@memory_total": 8, "@memory_available": 2 } }]),
  ).toEqual([{ memory_available_bytes: 2, memory_used_percent: 75 }]);
});
