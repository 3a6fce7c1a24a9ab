import { trainingSet, Use } from "../../lib/learn/training.ts";
import { Flag } from "../../lib/watch/fold.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import type { Incident, Verdict } from "../../lib/watch/incident.ts";
import { schemaOf, timeOf } from "../factories.ts";

function chunk(
  first: number,
  flags: readonly number[],
  names = ["cpu"],
  rows = flags.map((_, i) => names.map(() => first + i)),
): HistoryChunk {
  return {
    host: "web-07",
    schema: schemaOf(...names),
    times: Float64Array.from(flags, (_, i) => timeOf(first + i)),
    values: Float64Array.from(rows.flat()),
    flags: Uint8Array.from(flags),
  };
}

function incident(id: string, from: number, to: number, verdict?: Verdict): Incident {
  return {
    id,
    host: "web-07",
    group: "web",
    revision: 2,
    opened: timeOf(from),
    lastAnomaly: timeOf(to),
    samples: to - from + 1,
    anomalies: to - from + 1,
    peak: { time: timeOf(from), score: 50 },
    epsilon: 8,
    baseline: { owner: "host#web-07", version: 1 },
    causes: [],
    ...(verdict ? { label: { verdict, at: timeOf(to), by: "jo" } } : {}),
  };
}

const ANOMALY = Flag.anomaly;
const IN_INCIDENT = Flag.anomaly | Flag.incident;

test("there is no training set without history", () => {
  expect(trainingSet([], [])).toBeUndefined();
});

test.each<[string, number, Verdict | undefined, number, number]>([
  ["a calm sample is fitted to", 0, undefined, Use.normal, 0],
  ["an anomaly in no incident is not fitted to, but is a negative", ANOMALY, undefined, Use.blip, 0],
  ["a sample of an unlabelled incident is left out", IN_INCIDENT, undefined, Use.unknown, 0],
  ["a calm sample of an unlabelled incident is left out too", Flag.incident, undefined, Use.unknown, 0],
  ["a fault is a positive", IN_INCIDENT, "fault", Use.fault, 0],
  ["a sample before the third anomaly of a fault is a positive as well", ANOMALY, "fault", Use.fault, 0],
  ["a false alarm is fitted to", IN_INCIDENT, "false", Use.normal, 1],
  ["the new normal is fitted to", IN_INCIDENT, "new-normal", Use.normal, 1],
  ["planned work is left out", IN_INCIDENT, "expected", Use.unknown, 0],
  ["an incident of unknown nature is left out", IN_INCIDENT, "unknown", Use.unknown, 0],
])("%s", (_, flags, verdict, use, refuted) => {
  const set = trainingSet([chunk(0, [0, flags, 0])], [incident("ABCDEF", 1, 1, verdict)]);
  expect([...(set?.uses ?? [])]).toEqual([Use.normal, use, Use.normal]);
  expect([...(set?.refuted ?? [])]).toEqual([0, refuted, 0]);
});

test("labelled incidents are listed by verdict, if they have samples here", () => {
  const incidents = [
    incident("FAULT2", 1, 1, "fault"),
    incident("FALSE2", 2, 2, "false"),
    incident("NORMAL", 3, 3, "new-normal"),
    incident("ELSEWH", 90, 99, "fault"),
  ];
  const set = trainingSet([chunk(0, [0, IN_INCIDENT, IN_INCIDENT, IN_INCIDENT])], incidents);
  expect(set?.labels).toEqual({ fault: ["FAULT2"], false: ["FALSE2", "NORMAL"] });
});

test("chunks of an older schema are put into the newest one's order, with gaps", () => {
  const older = chunk(0, [0], ["disk", "cpu"], [[7, 1]]);
  const newer = chunk(
    1,
    [0, 0],
    ["cpu", "memory"],
    [
      [2, 50],
      [3, 60],
    ],
  );
  const set = trainingSet([older, newer], []);
  expect(set?.schema.names).toEqual(["cpu", "memory"]);
  expect([...(set?.rows ?? [])]).toEqual([1, Number.NaN, 2, 50, 3, 60]);
});

test("a feature without a value in any row to be fitted is dropped", () => {
  const rows = [
    [1, Number.NaN],
    [2, 3],
    [4, Number.NaN],
  ];
  const set = trainingSet([chunk(0, [0, IN_INCIDENT, 0], ["cpu", "gone"], rows)], [incident("ABCDEF", 1, 1)]);
  expect(set?.schema).toEqual(schemaOf("cpu"));
  expect([...(set?.rows ?? [])]).toEqual([1, 2, 4]);
});

test.each([
  ["a day less a sample", 8_639, ["cpu"]],
  ["a day", 8_640, ["cpu", "still"]],
])("of %s of calm rows a feature that never moved: %i rows are judged by %j", (_, count, names) => {
  const rows = Array.from({ length: count }, (_, i) => [i % 7, 0]);
  expect(
    trainingSet(
      [
        chunk(
          0,
          rows.map(() => 0),
          ["cpu", "still"],
          rows,
        ),
      ],
      [],
    )?.schema.names,
  ).toEqual(names);
});

test("where nothing moved at all, everything is kept", () => {
  const rows = [
    [1, 0],
    [1, 0],
  ];
  expect(trainingSet([chunk(0, [0, 0], ["cpu", "still"], rows)], [])?.schema.names).toEqual(["cpu", "still"]);
});
