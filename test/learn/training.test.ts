import type { Incident } from "../../lib/incident/incident.ts";
import type { Verdict } from "../../lib/incident/label.ts";
import { trainingSet, Use } from "../../lib/learn/training.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import { aSilentIncident, judged } from "../contract/examples.ts";
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
    kind: "anomaly",
    id,
    host: "web-07",
    group: "web",
    revision: 2,
    opened: timeOf(from),
    lastAnomaly: timeOf(to),
    samples: to - from + 1,
    anomalies: to - from + 1,
    peak: judged(timeOf(from), 50, 8),
    causes: [],
    ...(verdict ? { label: { verdict, at: timeOf(to), by: "jo" } } : {}),
  };
}

const ANOMALY = Flag.anomaly;
const IN_INCIDENT = Flag.anomaly | Flag.incident;

test("there is no training set without history", () => {
  expect(trainingSet([])).toBeUndefined();
});

test("a labelled time is a fault, or left out, unless a labelled incident says otherwise", () => {
  const about = { host: "web-07" };
  const time = (id: string, verdict: Verdict, from: number, to: number) => ({
    ...{ id, about, from: timeOf(from), to: timeOf(to) },
    label: { verdict, at: timeOf(9), by: "jo" },
  });
  const times = [
    time("T-AAA222", "fault", 1, 3),
    time("T-BBB222", "expected", 5, 6),
    time("T-CCC222", "fault", 20, 30),
  ];
  const incidents = [incident("FALSE2", 3, 3, "false"), incident("UNSAID", 2, 2)];
  const flags = [0, 0, IN_INCIDENT, IN_INCIDENT, 0, 0, ANOMALY, 0];
  const set = trainingSet([chunk(0, flags)], { incidents, times });
  const { normal, fault, unknown } = Use;
  expect([...(set?.uses ?? [])]).toEqual([normal, fault, fault, normal, normal, unknown, unknown, normal]);
  expect(set?.labelled).toEqual([
    { id: "T-AAA222", verdict: "fault" },
    { id: "FALSE2", verdict: "false" },
  ]);
  expect([...(set?.labelOf ?? [])]).toEqual([-1, 0, 0, 1, -1, -1, -1, -1]);
  // Nothing is stored of it: it counts as missed.
  expect(set?.unseen).toEqual(["T-CCC222"]);
});

test.each<[string, number, Verdict | undefined, number, boolean]>([
  ["a calm sample is fitted to", 0, undefined, Use.normal, false],
  ["an anomaly in no incident is not fitted to, but is a negative", ANOMALY, undefined, Use.blip, false],
  ["a sample of an unlabelled incident is untold", IN_INCIDENT, undefined, Use.untold, false],
  ["a calm sample of an unlabelled incident is untold too", Flag.incident, undefined, Use.untold, false],
  ["a fault is a positive", IN_INCIDENT, "fault", Use.fault, true],
  ["a sample before the third anomaly of a fault is a positive as well", ANOMALY, "fault", Use.fault, true],
  ["a false alarm is fitted to", IN_INCIDENT, "false", Use.normal, true],
  ["the new normal is fitted to", IN_INCIDENT, "new-normal", Use.normal, true],
  ["planned work is left out", IN_INCIDENT, "expected", Use.unknown, false],
  ["an incident of unknown nature is untold", IN_INCIDENT, "unknown", Use.untold, false],
])("%s", (_, flags, verdict, use, decides) => {
  const set = trainingSet([chunk(0, [0, flags, 0])], { incidents: [incident("ABCDEF", 1, 1, verdict)] });
  expect([...(set?.uses ?? [])]).toEqual([Use.normal, use, Use.normal]);
  expect([...(set?.labelOf ?? [])]).toEqual([-1, decides ? 0 : -1, -1]);
  expect(set?.labelled).toHaveLength(decides ? 1 : 0);
});

test.each<[string, number, number, Verdict | undefined, number]>([
  ["of more than half of all samples is normal here", 3, 4, undefined, Use.normal],
  ["of no more than half is not normal", 4, 4, undefined, Use.untold],
  ["that people labelled keeps their label", 3, 4, "fault", Use.fault],
  ["that people labelled planned work keeps that label", 3, 4, "expected", Use.unknown],
])("an incident %s", (_, calm, strange, verdict, use) => {
  const flags = [...Array<number>(calm).fill(0), ...Array<number>(strange).fill(IN_INCIDENT)];
  const set = trainingSet([chunk(0, flags)], { incidents: [incident("ABCDEF", calm, calm + strange - 1, verdict)] });
  expect([...(set?.uses ?? [])]).toEqual(flags.map((flag) => (flag ? use : Use.normal)));
});

test.each<[string, number, Verdict | undefined, number]>([
  ["a calm sample", 0, undefined, Use.unknown],
  ["an anomaly in no incident", ANOMALY, undefined, Use.unknown],
  ["a sample of an unlabelled incident", IN_INCIDENT, undefined, Use.unknown],
  ["a fault", IN_INCIDENT, "fault", Use.fault],
  ["a false alarm", IN_INCIDENT, "false", Use.normal],
  ["the new normal", IN_INCIDENT, "new-normal", Use.normal],
  ["an incident of unknown nature", ANOMALY, "unknown", Use.unknown],
])("in a silence %s is of use only as far as somebody judged it", (_, flags, verdict, use) => {
  const incidents = flags === 0 ? [] : [incident("ABCDEF", 2, 2, verdict)];
  const quiet = [{ from: timeOf(2), to: timeOf(3) }];
  const set = trainingSet([chunk(0, [0, 0, flags, 0, 0])], { incidents, quiet });
  expect([...(set?.uses ?? [])]).toEqual([Use.normal, Use.normal, use, Use.normal, Use.normal]);
});

test("an anomaly within a silence does not become normal by lasting, however long", () => {
  const flags = [0, 0, IN_INCIDENT, IN_INCIDENT, IN_INCIDENT, IN_INCIDENT];
  const uses = (quiet: { from: number; to: number }[]) => [...(trainingSet([chunk(0, flags)], { quiet })?.uses ?? [])];
  expect(uses([]).slice(2)).toEqual(Array(4).fill(Use.normal));
  expect(uses([{ from: timeOf(2), to: timeOf(6) }]).slice(2)).toEqual(Array(4).fill(Use.unknown));
});

test("a silent incident says nothing about later samples, whatever its label", () => {
  const { label } = incident("ABCDEF", 1, 2, "fault");
  const silence = aSilentIncident("web-07", { opened: timeOf(1), noticed: timeOf(2), ...(label ? { label } : {}) });
  const set = trainingSet([chunk(0, [0, 0, 0])], { incidents: [silence] });
  expect([...(set?.uses ?? [])]).toEqual([Use.normal, Use.normal, Use.normal]);
  expect(set?.labelled).toEqual([]);
});

test("a long incident that is over stays an incident", () => {
  const flags = [0, IN_INCIDENT, IN_INCIDENT, IN_INCIDENT, 0, 0];
  expect([...(trainingSet([chunk(0, flags)], { incidents: [incident("ABCDEF", 1, 3)] })?.uses ?? [])]).toEqual([
    Use.normal,
    Use.untold,
    Use.untold,
    Use.untold,
    Use.normal,
    Use.normal,
  ]);
});

test("only the last week decides what has become normal", () => {
  // A sample an hour: of 14 days the last week, 168 samples, is strange from its 84th or its 85th on.
  const hourly = (strange: number) => {
    const flags = [...Array<number>(336 - strange).fill(0), ...Array<number>(strange).fill(IN_INCIDENT)];
    const { times, ...rest } = chunk(0, flags);
    return { ...rest, times: times.map((_, i) => timeOf(0) + i * 3_600_000) };
  };
  expect(trainingSet([hourly(84)])?.uses.at(-1)).toBe(Use.untold);
  expect(trainingSet([hourly(85)])?.uses.at(-1)).toBe(Use.normal);
});

test("labelled incidents are listed by verdict, if this history has samples of them", () => {
  const incidents = [
    incident("FAULT2", 1, 1, "fault"),
    incident("FALSE2", 2, 2, "false"),
    incident("NORMAL", 3, 3, "new-normal"),
    incident("ELSEWH", 90, 99, "fault"),
  ];
  const set = trainingSet([chunk(0, [0, IN_INCIDENT, IN_INCIDENT, IN_INCIDENT])], { incidents });
  expect(set?.labelled).toEqual([
    { id: "FAULT2", verdict: "fault" },
    { id: "FALSE2", verdict: "false" },
    { id: "NORMAL", verdict: "false" },
  ]);
  expect([...(set?.labelOf ?? [])]).toEqual([-1, 0, 1, 2]);
});

test("chunks of an older schema take the order of the newest one, with gaps", () => {
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
  const set = trainingSet([older, newer]);
  expect(set?.schema.names).toEqual(["cpu", "memory"]);
  expect([...(set?.rows ?? [])]).toEqual([1, Number.NaN, 2, 50, 3, 60]);
});

test("late samples take their place by time, with their flags", () => {
  const regular = { ...chunk(0, [0, 0, 0]), times: Float64Array.of(timeOf(0), timeOf(4), timeOf(8)) };
  const late = { ...chunk(5, [Flag.late | ANOMALY, Flag.late]), times: Float64Array.of(timeOf(6), timeOf(2)) };
  const set = trainingSet([regular, late], { incidents: [incident("ABCDEF", 6, 6, "fault")] });
  expect([...(set?.times ?? [])]).toEqual([0, 2, 4, 6, 8].map(timeOf));
  expect([...(set?.rows ?? [])]).toEqual([0, 6, 1, 5, 2]);
  expect([...(set?.uses ?? [])]).toEqual([Use.normal, Use.normal, Use.normal, Use.fault, Use.normal]);
  expect([...(set?.labelOf ?? [])]).toEqual([-1, -1, -1, 0, -1]);
});

test("a feature without a value in any row of the fit is dropped", () => {
  const rows = [
    [1, Number.NaN],
    [2, 3],
    [4, Number.NaN],
  ];
  const set = trainingSet([chunk(0, [0, IN_INCIDENT, 0], ["cpu", "gone"], rows)], {
    incidents: [incident("ABCDEF", 1, 1)],
  });
  expect(set?.schema).toEqual(schemaOf("cpu"));
  expect([...(set?.rows ?? [])]).toEqual([1, 2, 4]);
});

test.each([
  ["a day less one sample", 8_639, ["cpu"]],
  ["a day", 8_640, ["cpu", "still"]],
])("with %s of calm rows and a feature that never moved, %i rows are judged by %j", (_, count, names) => {
  const rows = Array.from({ length: count }, (_, i) => [i % 7, 0]);
  expect(
    trainingSet([
      chunk(
        0,
        rows.map(() => 0),
        ["cpu", "still"],
        rows,
      ),
    ])?.schema.names,
  ).toEqual(names);
});

test.each([
  ["up to three quarters", 75, ["cpu", "disk"]],
  ["more", 76, ["cpu"]],
])("a short history with a metric at rest in %s of a hundred, %i: it is judged by %j", (_, rests, names) => {
  const rows = Array.from({ length: 100 }, (_, i) => [i % 7, i < rests ? 0 : i]);
  const flags = rows.map(() => 0);
  expect(trainingSet([chunk(0, flags, ["cpu", "disk"], rows)])?.schema.names).toEqual(names);
});

test("if no feature ever moved, all are kept", () => {
  const rows = [
    [1, 0],
    [1, 0],
  ];
  expect(trainingSet([chunk(0, [0, 0], ["cpu", "still"], rows)])?.schema.names).toEqual(["cpu", "still"]);
});
