// What an incident looks like, sentence by sentence: a name only where it is certain, and never two.
import { type Growth, grownBy, growthOf, isSteadyGrowth } from "../../lib/incident/growth.ts";
import type { AnomalyIncident } from "../../lib/incident/incident.ts";
import { likenessOf } from "../../lib/incident/likeness.ts";
import { at, cause, judged, opened } from "../notify/example.ts";
import { allSilent, fleet } from "../notify/fleet-example.ts";

const START = at(14, 30);
const MINUTE = 60_000;

/** Trouble of one metric, critical and high unless `changes` say otherwise. */
const of = (metric: string, changes: Partial<AnomalyIncident> = {}) =>
  opened({ causes: [cause({ metric })], peak: judged(START, 65.53), ...changes }).incident;
const among = (metric: string, far: readonly string[], usual: readonly string[] = []) =>
  of(metric, { surroundings: { far, usual } });
/** Distances of one minute after the other. */
const course = (metric: string, distances: readonly number[]) =>
  distances
    .slice(1)
    .reduce<Growth>(
      (growth, distance, i) => grownBy(growth, START + (i + 1) * MINUTE, distance),
      growthOf(metric, START, distances[0]!),
    );
const growing = (metric: string, minutes: number, by = 1) => {
  const growth = course(
    metric,
    Array.from({ length: minutes + 1 }, (_, i) => 5 + by * i),
  );
  return { growth, lastAnomaly: START + minutes * MINUTE };
};
const over = (metric: string, changes: Partial<AnomalyIncident> = {}) => {
  const latest = { time: START + 10 * MINUTE, readings: [{ ...cause({ metric }), now: 16 }] };
  const times = { lastAnomaly: START + 4 * MINUTE, resolved: START + 10 * MINUTE };
  return of(metric, { ...times, latest, ...changes });
};

const TRAFFIC = ["network_in_bytes_per_second", "network_out_bytes_per_second"];
const CROWD = ["network_in_bytes_per_second", "tcp_connections"];
const TRIO = ["cpu_busy_percent", "disk_busy_percent", "memory_used_percent"];

test.each<[what: string, name: string, incident: AnomalyIncident]>([
  ["CPU, disk and memory far above usual at once", "contention", among("memory_used_percent", TRIO)],
  [
    "CPU and waiting for disks, while both ways of the network are usual",
    "background work",
    among("cpu_busy_percent", ["cpu_busy_percent", "cpu_iowait_percent"], TRAFFIC),
  ],
  ["many bytes by many connections", "network flood", among(TRAFFIC[0]!, CROWD)],
  [
    "a busy disk for which programs wait",
    "disk saturation",
    among("disk_busy_percent", ["disk_busy_percent", "io_pressure_some_percent"]),
  ],
  ["memory that grows for 30 minutes", "leak", of("memory_used_percent", growing("memory_used_percent", 30))],
  ["a heap of an application that grows", "leak", of("jvm.heap.used", growing("jvm.heap.used", 45))],
  [
    "available memory that falls",
    "leak",
    of("memory_available_bytes", {
      causes: [cause({ metric: "memory_available_bytes", now: 1 })],
      ...{
        growth: course(
          "memory_available_bytes",
          new Array(40).fill(0).map((_, i) => -5 - i),
        ),
      },
      lastAnomaly: START + 39 * MINUTE,
    }),
  ],
  [
    "values that are usual at another time",
    "unusual hour",
    of("requests", { surroundings: { usualAt: START - 6 * 60 * MINUTE } }),
  ],
  ["a workday like a weekend", "day off", of("requests", { surroundings: { isDayOff: true } })],
  ["high for four minutes, and back by itself", "spike", over("queue_length")],
])("%s looks like %s", (_, name, incident) => {
  expect(likenessOf(incident)?.name).toBe(name);
});

const twoMinutes = { lastAnomaly: START + 16 * MINUTE, resolved: START + 30 * MINUTE };

test.each<[what: string, incident: AnomalyIncident]>([
  ["one metric far above its range", of("cpu_busy_percent")],
  ["a busy disk for which nobody waits", among("disk_busy_percent", ["disk_busy_percent"])],
  ["many bytes by the usual connections, as of a download", among(TRAFFIC[0]!, [TRAFFIC[0]!])],
  ["CPU and disk busy, with traffic", among("cpu_busy_percent", ["cpu_busy_percent", "disk_busy_percent"])],
  [
    "CPU and disk busy on a host that does not send what it replies",
    among("cpu_busy_percent", ["cpu_busy_percent", "disk_busy_percent"], [TRAFFIC[0]!]),
  ],
  [
    "other trouble first, and a disk that is busy with it",
    among("errors", ["disk_busy_percent", "cpu_iowait_percent"]),
  ],
  ["memory that grew for 29 minutes", of("memory_used_percent", growing("memory_used_percent", 29))],
  ["traffic that grows steadily", of("requests", growing("requests", 60))],
  ["a rate of faults in memory that grows", of("memory_faults_per_second", growing("memory_faults_per_second", 60))],
  ["memory that falls back to its range", of("memory_used_percent", growing("memory_used_percent", 40, -0.1))],
  ["memory that another metric has overtaken", of("cpu_busy_percent", growing("memory_used_percent", 60))],
  ["high for 16 minutes", over("queue_length", twoMinutes)],
  ["a short dip", over("queue_length", { causes: [cause({ metric: "queue_length", now: 0 })] })],
  ["short trouble that is still open", of("queue_length", { lastAnomaly: START + 4 * MINUTE })],
  ["short trouble that comes back", over("queue_length", { unstable: true })],
  ["short trouble that ended in silence", over("queue_length", { ending: "silent" })],
  ["a short warning", over("queue_length", { peak: judged(START, 14) })],
])("%s has no name", (_, incident) => {
  expect(likenessOf(incident)).toBeUndefined();
});

test("groups that depend on the host's and follow it make a cascade", () => {
  const dependents = { hosts: 3, told: 3, groups: [{ group: "web", hosts: 3 }] };
  expect(likenessOf(of("disk_busy_percent", { dependents }))).toEqual({ name: "cascade" });
});

test("hosts one after the other make a cascade, unless an event before may have moved them", () => {
  const spread = fleet({ spread: true }).incident;
  expect(likenessOf(spread, true)).toEqual({ name: "cascade" });
  expect(likenessOf(spread, false)).toBeUndefined();
  expect(likenessOf(fleet().incident, true)).toBeUndefined();
  expect(likenessOf(allSilent("web", 12).incident, true)).toBeUndefined();
});

// python3 -c "import numpy as np; t = np.arange(41); f = lambda y: np.corrcoef(t, y)[0, 1] ** 2; print(
//   f(5 + t + 3 * (-1.0) ** t), f(5 + t + 2 * (-1.0) ** t), f(45 - 40 * .8 ** t))"  ->  0.9396 0.9722 0.5144
test.each([
  ["a noisy line whose r² is .94", false, (i: number) => 5 + i + 3 * (-1) ** i],
  ["a noisy line whose r² is .97", true, (i: number) => 5 + i + 2 * (-1) ** i],
  ["a climb that levels out", false, (i: number) => 45 - 40 * 0.8 ** i],
  ["a level", false, () => 40],
  ["a line that rises by half of its mean", false, (i: number) => 30 + 0.45 * i],
  ["a line that rises by two thirds of its mean", true, (i: number) => 24 + 0.6 * i],
])("%s grows steadily: %p", (_, expected, distance) => {
  const growth = course(
    "memory_used_percent",
    new Array(41).fill(0).map((__, i) => distance(i)),
  );
  expect(isSteadyGrowth(growth, START + 40 * MINUTE)).toBe(expected);
});
