// A made-up fleet: reproducible by its seed, lifelike, and faulty exactly where its plan says.
import fc from "fast-check";
import { fleetOf, fleetSamples } from "../../lib/demo/fleet-samples.ts";
import { METRICS } from "../../lib/demo/machine.ts";
import { FAULT_KINDS, placeFaults } from "../../lib/demo/plan.ts";

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 10, 22);
const kindNamed = (name: string) => FAULT_KINDS.find((kind) => kind.name === name)!;
/** The first half of the time is calm. */
const timetable = (hours: number, interval = 60_000) => ({
  from: FROM,
  calmUntil: FROM + (hours * HOUR) / 2,
  to: FROM + hours * HOUR,
  interval,
});

test("hosts are named by their group, and half of them are web servers", () => {
  expect(fleetOf(6).map(({ name }) => name)).toEqual(["web-01", "web-02", "api-01", "db-01", "web-03", "web-04"]);
  expect(fleetOf(1_000)[999]).toEqual({ name: "db-0250", group: "db" });
});

test("the same seed makes the same samples, another seed different ones", () => {
  const made = (seed: number) => [...fleetSamples(fleetOf(3), timetable(1), [], seed)];
  expect(made(1)).toEqual(made(1));
  expect(made(1)[0]?.row).not.toEqual(made(2)[0]?.row);
});

const anyPlan = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  kinds: fc.array(fc.constantFrom(...FAULT_KINDS), { maxLength: 4 }),
});

test("faults lie after the calm time, last a quarter of the rest at most, start and end at samples, and never overlap on a host", () => {
  const hosts = fleetOf(20);
  const { from, to, interval } = timetable(12);
  fc.assert(
    fc.property(anyPlan, fc.integer({ min: 0, max: 9 * HOUR }), ({ seed, kinds }, calm) => {
      const calmUntil = from + calm;
      const faults = placeFaults(hosts, { from, calmUntil, to, interval }, seed, kinds);
      for (const fault of faults) {
        expect(fault.from).toBeGreaterThanOrEqual(calmUntil);
        expect(fault.to).toBeLessThanOrEqual(to);
        expect(fault.to - fault.from).toBeLessThanOrEqual((to - calmUntil) / 4);
        expect(fault.to).toBeGreaterThan(fault.from);
        expect([(fault.from - from) % interval, (fault.to - from) % interval]).toEqual([0, 0]);
        const others = faults.filter((one) => one !== fault && one.host === fault.host);
        expect(others.filter((one) => one.from < fault.to && fault.from < one.to)).toEqual([]);
      }
      expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(kinds.map(({ name }) => name)));
    }),
  );
});

test("samples differ from a fleet without faults exactly within the faults, and are labelled there", () => {
  const hosts = fleetOf(8);
  const plan = timetable(12);
  const faults = placeFaults(hosts, plan, 5, FAULT_KINDS);
  const calm = new Map([...fleetSamples(hosts, plan, [], 5)].map((one) => [`${one.host} ${one.time}`, one.row]));
  const made = [...fleetSamples(hosts, plan, faults, 5)];
  const at = (host: string, time: number) =>
    faults.find((one) => one.host === host && one.from <= time && time < one.to);
  const wrong = made.filter(({ host, time, row, faulty }) => {
    const fault = at(host, time);
    const isSame = row.every((value, i) => value === calm.get(`${host} ${time}`)?.[i]);
    // A leak begins at zero.
    const isStart = fault?.kind === "slow-leak" && time === fault.from;
    return faulty !== (fault !== undefined) || (isSame !== (fault === undefined) && !isStart);
  });
  expect(made.length).toBeGreaterThan(5_000);
  expect(wrong).toEqual([]);
  const there = new Set(made.map(({ host, time }) => `${host} ${time}`));
  const missing = [...calm.keys()].filter((key) => !there.has(key));
  const silent = faults.find(({ kind }) => kind === "silent-host");
  expect(missing.every((key) => key.startsWith(`${silent?.host} `))).toBe(true);
  expect(missing).toHaveLength(((silent?.to ?? 0) - (silent?.from ?? 0)) / plan.interval);
});

test("all hosts of a group have a slow dependency at once", () => {
  const faults = placeFaults(fleetOf(8), timetable(4), 1, [kindNamed("slow-dependency")]);
  const groups = new Set(faults.map(({ host }) => host.split("-")[0]));
  expect(groups.size).toBe(1);
  expect(faults.length).toBe(groups.has("web") ? 4 : 2);
  expect(new Set(faults.map(({ from, to }) => `${from} ${to}`)).size).toBe(1);
});

test("too many faults for the time are an error", () => {
  const many = new Array(20).fill(kindNamed("spike"));
  expect(() => placeFaults(fleetOf(1), timetable(1), 1, many)).toThrow("no room for the fault spike: name fewer");
  const some = placeFaults(fleetOf(1), timetable(1), 1).length;
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(FAULT_KINDS.length);
  expect(new Set(placeFaults(fleetOf(20), timetable(12), 1).map(({ kind }) => kind)).size).toBe(FAULT_KINDS.length);
});

const column = (rows: readonly (readonly number[])[], metric: (typeof METRICS)[number]) =>
  rows.map((row) => row[METRICS.indexOf(metric)]!);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("metrics follow the time of day and correlate, and hosts differ", () => {
  const hosts = fleetOf(8);
  const samples = [...fleetSamples(hosts, timetable(24), [], 1)];
  const of = (host: string) => samples.filter((one) => one.host === host);
  const hour = (host: string, h: number) =>
    column(
      of(host)
        .filter(({ time }) => new Date(time).getUTCHours() === h)
        .map(({ row }) => row),
      "cpu_busy_percent",
    );
  // The quietest hour is around four, the busiest around sixteen.
  expect(mean(hour("web-01", 16))).toBeGreaterThan(1.5 * mean(hour("web-01", 4)));
  const rows = of("web-01").map(({ row }) => row);
  const [cpu, traffic] = [column(rows, "cpu_busy_percent"), column(rows, "network_in_bytes_per_second")];
  const [cpuMean, trafficMean] = [mean(cpu), mean(traffic)];
  const covariance = mean(cpu.map((value, i) => (value - cpuMean) * (traffic[i]! - trafficMean)));
  const spread = (values: readonly number[], middle: number) => Math.sqrt(mean(values.map((x) => (x - middle) ** 2)));
  expect(covariance / (spread(cpu, cpuMean) * spread(traffic, trafficMean))).toBeGreaterThan(0.8);
  const memory = hosts.map(({ name }) =>
    mean(
      column(
        of(name).map(({ row }) => row),
        "memory_used_percent",
      ),
    ),
  );
  expect(Math.max(...memory) - Math.min(...memory)).toBeGreaterThan(5);
});
