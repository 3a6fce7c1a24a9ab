// A frozen collector and a missing metric, announced as such under every detector.
import { severityOf } from "../../lib/incident/incident.ts";
import { DEFAULT_SETTINGS } from "../../lib/learn/fit-settings.ts";
import { type TrainingSet, Use } from "../../lib/learn/training.ts";
import { fitTraining } from "../../lib/learn/training-fit.ts";
import { DETECTORS, type Detector } from "../../lib/model/detector.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { render } from "../../lib/notify/render.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { type Folded, fold } from "../../lib/watch/fold.ts";
import { type HostPolicy, NO_POLICY } from "../../lib/watch/policy.ts";
import { arrived, baseline, part, schemaOf, state } from "../factories.ts";
import { historyOf, MINUTE, MONDAY } from "../model/band-history.ts";

const NAMES = ["cpu", "network"];
const DAYS = 4;
const END = MONDAY + DAYS * 1_440 * MINUTE;

/** Both move evenly between 45 and 55. */
function wandering(seed: number): () => number {
  const random = seededRandom(seed);
  return () => 45 + (10 * random()) / 2 ** 32;
}

function baselineOf(detector: Detector): Baseline {
  const { values, times } = historyOf({ days: DAYS }, wandering(1), wandering(2));
  const schema = schemaOf(...NAMES);
  const known = { labelled: [], labelOf: new Int32Array(times.length).fill(-1) };
  const set: TrainingSet = {
    schema,
    rows: values,
    times,
    uses: new Uint8Array(times.length).fill(Use.normal),
    ...known,
  };
  const fit = fitTraining(set, { ...DEFAULT_SETTINGS, detector });
  if ("refused" in fit) throw new Error(fit.refused);
  return { ...baseline({ names: NAMES }), model: fit.model, epsilon: fit.calmEpsilon };
}

const BASELINES = new Map(DETECTORS.map((detector) => [detector, baselineOf(detector)]));

/** Minutes after the history, folded in parts of ten: older ones would be from the past. */
function lived(
  detector: Detector,
  rows: readonly (readonly number[])[],
  { before = state(), from = 0, policy = NO_POLICY as HostPolicy, size = 10 } = {},
): Folded {
  const parts = Array.from({ length: Math.ceil(rows.length / size) }, (_, k) => {
    const some = rows.slice(size * k, size * k + size);
    return arrived(part({ names: NAMES, rows: some, times: some.map((_, i) => END + (from + size * k + i) * MINUTE) }));
  });
  return fold(before, BASELINES.get(detector), parts, policy);
}

/** The network has one value from the tenth minute on, 50 or none. */
function frozen(minutes: number, value: number): (readonly number[])[] {
  const [cpu, network] = [wandering(3), wandering(4)];
  return Array.from({ length: minutes }, (_, i) => [cpu(), i < 10 ? network() : value]);
}

describe.each(DETECTORS)("under %s", (detector) => {
  test.each([
    ["that repeats one value for half an hour is stuck", 50, 40, "network stuck at 50, normal"],
    ["without a value for an hour is missing", Number.NaN, 70, "network no value, normal"],
  ])("a metric %s", (_, value, minutes, words) => {
    const { notices } = lived(detector, frozen(minutes, value));
    expect(lived(detector, frozen(minutes - 1, value)).notices).toEqual([]);
    expect(notices).toMatchObject([{ kind: "opened", incident: { opened: END + (minutes - 1) * MINUTE } }]);
    const [notice] = notices;
    expect(severityOf(notice!.incident)).toBe("warning");
    const { subject, email } = render(notice!, { stack: "fleetwarden", now: END + minutes * MINUTE });
    expect(subject).toContain(words);
    expect(email).not.toContain("do not fit together");
  });

  test("a metric that rests far outside its normal range is not stuck, as on an idle host", () => {
    const { notices } = lived(detector, frozen(60, 65)); // five deviations above the mean
    expect(JSON.stringify(notices)).not.toContain("stuck");
  });

  test("a sign is announced once, and its end when the metric moves again", () => {
    const open = lived(detector, frozen(180, 50));
    expect(open.notices.map(({ kind }) => kind)).toEqual(["opened"]);
    const [cpu, network] = [wandering(5), wandering(6)];
    const calm = Array.from({ length: 200 }, () => [cpu(), network()]);
    const { notices } = lived(detector, calm, { before: open.state, from: 180 });
    expect(notices.map(({ kind }) => kind)).toEqual(["resolved"]);
  });

  test("a policy that lets no change of the usual size count does not let a sign count either", () => {
    const policyOf = (minAbsolute: number): HostPolicy => ({
      rules: [],
      metric: () => ({ direction: "both", minAbsolute, minRelative: 0 }),
    });
    // Usually at 50: its loss is a change of 50.
    const opened = [40, 60].map((least) => lived(detector, frozen(45, 50), { policy: policyOf(least) }).notices.length);
    expect(opened).toEqual([1, 0]);
  });

  test("the state is the same however samples are cut into batches", () => {
    const rows = [...frozen(45, 50), ...frozen(80, Number.NaN)];
    const whole = lived(detector, rows).state;
    let [cut, from] = [state(), 0];
    for (const length of [7, 1, 31, 36, 50]) {
      cut = lived(detector, rows.slice(from, from + length), { before: cut, from, size: 5 }).state;
      from += length;
    }
    expect({ ...cut, arrived: 0, interval: 0 }).toEqual({ ...whole, arrived: 0, interval: 0 });
  });
});
