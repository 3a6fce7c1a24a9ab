import fc from "fast-check";
import { parseLinux, readingBetween } from "../../lib/agent/linux.ts";
import type { LinuxFiles } from "../../lib/agent/linux-files.ts";

const nothing: LinuxFiles = {
  uptime: null,
  stat: null,
  loadavg: null,
  meminfo: null,
  vmstat: null,
  diskstats: null,
  netDev: null,
  snmp: null,
  conntrackCount: null,
  conntrackMax: null,
  fileNr: null,
  cpuPressure: null,
  memoryPressure: null,
  ioPressure: null,
  physicalDisks: new Set(),
  processes: null,
  zombies: null,
  coreFrequencies: [],
  cpuinfo: null,
  temperatures: [],
  container: {
    ...{ cpuMax: null, cpuStat: null, memoryMax: null, memoryCurrent: null, memoryStat: null, memoryEvents: null },
  },
  mounts: [],
};

const counter = fc.integer({ min: 0, max: 2 ** 40 });
const bytes = (name: string, bytesIn: number, bytesOut: number) =>
  `  ${name}: ${bytesIn} 0 0 0 0 0 0 0 ${bytesOut} 0 0 0 0 0 0 0\n`;
const reading = (seconds: number, netDev: string) => parseLinux({ ...nothing, uptime: `${seconds} 0`, netDev });

test("the rate of several interfaces is the sum of their advances over the time passed", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(counter, counter), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 3600 }),
      (interfaces, seconds) => {
        const before = interfaces.map(([start], index) => bytes(`eth${index}`, start, 0)).join("");
        const after = interfaces.map(([start, more], index) => bytes(`eth${index}`, start + more, 0)).join("");
        const rates = readingBetween(reading(7, before), reading(7 + seconds, after));
        const total = interfaces.reduce((sum, [, more]) => sum + more, 0);
        const rate = rates.get("network_in_bytes_per_second")!;
        expect(Math.abs(rate * seconds - total)).toBeLessThanOrEqual(1e-9 * total);
        expect(rates.get("network_out_bytes_per_second")).toBe(0);
      },
    ),
  );
});

test("whatever the counters do, a rate is null exactly when one went backwards, and never negative", () => {
  const machine = fc.array(fc.tuple(counter, counter), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(machine, machine, (first, second) => {
      const text = (values: [number, number][]) => values.map(([i, o], n) => bytes(`eth${n}`, i, o)).join("");
      const rates = readingBetween(reading(1, text(first)), reading(11, text(second)));
      for (const [metric, side] of [
        ["network_in_bytes_per_second", 0],
        ["network_out_bytes_per_second", 1],
      ] as const) {
        const reset = second.some((now, n) => now[side] < first[n]![side]);
        const rate = rates.get(metric);
        expect(rate === null).toBe(reset);
        if (!reset) expect(rate).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test("the parts of the CPU's time are percentages of the whole, whatever the ticks", () => {
  const ticks = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 8, maxLength: 8 });
  const cpu = (values: number[]) => parseLinux({ ...nothing, stat: `cpu  ${values.join(" ")} 0 0\n` });
  fc.assert(
    fc.property(ticks, ticks, (start, more) => {
      fc.pre(more.some((value) => value > 0));
      const rates = readingBetween(cpu(start), cpu(start.map((value, column) => value + more[column]!)));
      const steal = (100 * more[7]!) / more.reduce((a, b) => a + b);
      const user = rates.get("cpu_user_percent")!;
      const system = rates.get("cpu_system_percent")!;
      expect(rates.get("cpu_busy_percent")).toBeCloseTo(user + system + steal, 6);
      expect(rates.get("cpu_busy_percent")! + rates.get("cpu_iowait_percent")!).toBeLessThanOrEqual(100 + 1e-9);
    }),
  );
});

test("a counter since boot gives a value exactly when it did not go backwards, and never a negative one", () => {
  const total = (oomKills: number, waited: number, seconds: number) =>
    parseLinux({
      ...nothing,
      uptime: `${seconds} 0`,
      vmstat: `oom_kill ${oomKills}`,
      ioPressure: `some avg10=0.00 total=${waited}\nfull avg10=0.00 total=0`,
    });
  fc.assert(
    fc.property(counter, counter, counter, counter, (kills, killsLater, waited, waitedLater) => {
      const reading = readingBetween(total(kills, waited, 1), total(killsLater, waitedLater, 11));
      expect(reading.get("oom_kills")).toBe(killsLater < kills ? null : killsLater - kills);
      const pressure = reading.get("io_pressure_some_percent")!;
      if (waitedLater < waited) expect(pressure).toBeNull();
      else expect(Math.abs(pressure - Math.min(100, (waitedLater - waited) / 1e5))).toBeLessThan(1e-6);
    }),
  );
});

test("a limit of open files that nobody can reach is no limit", () => {
  const open = parseLinux({ ...nothing, fileNr: "4096\t0\t9223372036854775807\n" });
  expect([...readingBetween(open, open)]).toEqual([["file_descriptors_open", 4096]]);
});

test("a rate is known again one reading after a reset", () => {
  const [first, reset, next] = [
    reading(1, bytes("eth0", 900, 0)),
    reading(2, bytes("eth0", 5, 0)),
    reading(4, bytes("eth0", 25, 0)),
  ];
  expect(readingBetween(first, reset).get("network_in_bytes_per_second")).toBeNull();
  expect(readingBetween(reset, next).get("network_in_bytes_per_second")).toBe(10);
});

test.each([
  ["words instead of numbers", "cpu a b c d e f g h\n"],
  ["a kernel without steal", "cpu 1 2 3 4 5 6 7\n"],
  ["an empty file", ""],
])("%s: no CPU metric, no error", (_, stat) => {
  const counters = parseLinux({ ...nothing, stat });
  expect(readingBetween(counters, counters).size).toBe(0);
});
