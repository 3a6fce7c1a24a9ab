import fc from "fast-check";
import { type Arrived, type Folded, fold } from "../../lib/watch/fold.ts";
import type { HostPolicy } from "../../lib/watch/policy.ts";
import { arrived, START, state, timeOf } from "../factories.ts";
import { each, policyOf, type Row, rowsOf, sent } from "./sent.ts";

/** The values of one feature for the samples. */
function made(feature: object, rows: readonly Row[], times?: number[]): readonly number[] {
  const folded = fold(state(), undefined, [arrived(sent(rows, times))], policyOf([{ name: "it", ...feature }]));
  return rowsOf(folded).map((row) => row.it ?? Number.NaN);
}

const NONE = Number.NaN;

describe("a feature is computed from the metrics of its sample", () => {
  test.each<[string, object, Row, number]>([
    ["a ratio", { ratio: ["errors", "requests"] }, { errors: 3, requests: 4 }, 0.75],
    ["a ratio to nothing", { ratio: ["errors", "requests"] }, { errors: 3, requests: 0 }, NONE],
    ["a ratio of nothing to nothing", { ratio: ["errors", "requests"] }, { errors: 0, requests: 0 }, NONE],
    ["a ratio with a missing part", { ratio: ["errors", "requests"] }, { errors: 3, requests: NONE }, NONE],
    ["a ratio beyond every number", { ratio: ["errors", "requests"] }, { errors: 1e100, requests: 1e-300 }, NONE],
    ["a difference", { difference: ["head", "tail"] }, { head: 10, tail: 12.5 }, -2.5],
    ["a sum over instances", { sum: "net:*" }, { "net:eth0": 3, "net:eth1": 4, net: 100 }, 7],
    ["a sum of those that are there", { sum: "net:*" }, { "net:eth0": 3, "net:eth1": NONE }, 3],
    ["a sum of none", { sum: "net:*" }, { "net:eth0": NONE, "net:eth1": NONE }, NONE],
    ["a sum over several patterns", { sum: ["in:*", "out"] }, { "in:a": 1, "in:b": 2, out: 4 }, 7],
    ["a sum too large for a sample", { sum: "net:*" }, { "net:eth0": 1e100, "net:eth1": 1e100 }, NONE],
    ["a maximum", { maximum: "disk:*" }, { "disk:/": -3, "disk:/home": -2 }, -2],
    ["a maximum of those that are there", { maximum: "disk:*" }, { "disk:/": 3, "disk:/home": NONE }, 3],
    // python3 -c 'import math; print(math.log1p(6))'
    ["a logarithm", { log: "queue" }, { queue: 6 }, 1.9459101490553132],
    ["the logarithm of an empty queue", { log: "queue" }, { queue: 0 }, 0],
    ["the logarithm of less than nothing", { log: "queue" }, { queue: -0.5 }, NONE],
  ])("%s", (_, feature, row, expected) => {
    expect(made(feature, [row])).toEqual([expected]);
  });
});

describe("a rate", () => {
  const rate = { rate: "jobs" };
  const jobs = (...values: readonly number[]) => values.map((value) => ({ jobs: value }));

  test("is the growth in a second, missing in the first sample and once after a restart", () => {
    expect(made(rate, jobs(100, 150, 150, 20, 50))).toEqual([NONE, 5, 0, NONE, 3]);
  });

  test("is missing once after a gap", () => {
    const times = [0, 1, 2, 60, 61].map(timeOf);
    expect(made(rate, jobs(100, 150, 200, 3_000, 3_050), times)).toEqual([NONE, 5, 5, NONE, 5]);
  });

  test("of a metric that comes in every third sample is the growth since its last value", () => {
    expect(made(rate, jobs(100, NONE, NONE, 160, NONE, NONE, 220))).toEqual([NONE, NONE, NONE, 2, NONE, NONE, 2]);
  });
});

describe("rolling values", () => {
  const loads = [1, 4, 2, 8, 16].map((load) => ({ load }));

  // python3 -c 'import numpy as np; x=[1,4,2,8,16]; print([np.mean(x[max(0,i-2):i+1]) for i in range(1,5)])'
  test("cover the last samples, once half of the window has come", () => {
    const means = made({ rollingMean: "load", samples: 3 }, loads);
    expect(means[0]).toBe(NONE);
    for (const [i, expected] of [2.5, 2.3333333333333335, 4.666666666666667, 8.666666666666666].entries())
      expect(means[i + 1]).toBeCloseTo(expected, 12);
  });

  // The same with np.std(…, ddof=1).
  test("deviate by the root of the sum of squares divided by one less than their number", () => {
    const deviations = made({ rollingDeviation: "load", samples: 3 }, loads);
    expect(deviations[0]).toBe(NONE);
    const expected = [2.1213203435596424, 1.5275252316519465, 3.0550504633038935, 7.023769168568492];
    for (const [i, one] of expected.entries()) expect(deviations[i + 1]).toBeCloseTo(one, 12);
  });

  test("leave out missing values, and are missing beside them", () => {
    const rows = [2, 4, NONE, 6].map((load) => ({ load }));
    expect(made({ rollingMean: "load", samples: 4 }, rows)).toEqual([NONE, 3, NONE, 4]);
  });

  test("begin anew after a gap", () => {
    const times = [0, 1, 2, 30, 31].map(timeOf);
    const rows = [2, 4, 6, 100, 200].map((load) => ({ load }));
    expect(made({ rollingMean: "load", samples: 4 }, rows, times)).toEqual([NONE, 3, 4, NONE, 150]);
  });

  test("are missing in a late sample, and the samples after it do not count it", () => {
    const policy = policyOf([{ name: "mean", rollingMean: "load", samples: 3 }]);
    const at = (n: number, load: number) => arrived(sent([{ load }], [timeOf(n)]), timeOf(10));
    const { parts } = fold(state(), undefined, [at(0, 2), at(2, 4), at(1, 1_000), at(3, 9)], policy);
    expect(rowsOf({ parts }).map(({ mean }) => mean)).toEqual([NONE, 3, NONE, 5]);
  });
});

describe("the list of features is read from the top", () => {
  const namesOf = (features: readonly object[], row: Row) => {
    const [only] = rowsOf(fold(state(), undefined, [arrived(sent([row]))], policyOf(features)));
    return only;
  };
  const row = { "disk:/": 40, "disk:/snap/x": 100, cpu: 5 };

  test("an entry sees the metrics that the entries above it leave", () => {
    expect(namesOf([{ drop: "disk:/snap/*" }, { name: "worst", maximum: "disk:*" }, { drop: "disk:*" }], row)).toEqual({
      cpu: 5,
      worst: 40,
    });
    expect(namesOf([{ name: "worst", maximum: "disk:*" }, { only: ["worst", "c*"] }], row)).toEqual({
      cpu: 5,
      worst: 100,
    });
  });

  test("a feature can be computed from features", () => {
    const features = [
      { name: "both", sum: ["cpu", "disk:/"] },
      { name: "share", ratio: ["cpu", "both"] },
      { only: "share" },
    ];
    expect(namesOf(features, { cpu: 10, "disk:/": 30 })).toEqual({ share: 0.25 });
  });

  test("a feature takes the place of a metric with its name", () => {
    expect(namesOf([{ name: "cpu", sum: ["cpu", "disk:/"] }], { cpu: 10, "disk:/": 30 })).toEqual({
      "disk:/": 30,
      cpu: 40,
    });
  });

  test("a feature with a metric that is not sent is left out, and its name reported", () => {
    const features = [
      { name: "net", sum: "eth*" },
      { name: "share", ratio: ["cpu", "load"] },
      { name: "double", sum: "cpu" },
      { drop: "cpu" },
    ];
    const folded = fold(state(), undefined, [arrived(sent([{ cpu: 1 }]))], policyOf(features));
    expect(rowsOf(folded)).toEqual([{ double: 1 }]);
    expect(folded.state.features?.unmade).toEqual(["net", "share"]);
  });

  test("an exported sample in which a feature replaced its own source gives the same feature when replayed", () => {
    const folded = fold(
      state(),
      undefined,
      [arrived(sent([{ net: 7 }]))],
      policyOf([{ name: "net", sum: "eth*" }, { drop: "eth*" }]),
    );
    expect(rowsOf(folded)).toEqual([{ net: 7 }]);
    expect(folded.parts[0]!.part.schema).not.toHaveProperty("defined");
  });

  test("a list that would leave no metric leaves the samples as they are", () => {
    expect(namesOf([{ only: "gpu*" }], { cpu: 1 })).toEqual({ cpu: 1 });
  });

  test("features take room first: of more than 256 metrics the last sent are left out, and counted", () => {
    const many = Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`m${i}`, i]));
    const features = [
      { name: "first", sum: "m0" },
      { name: "second", sum: "m1" },
    ];
    const folded = fold(state(), undefined, [arrived(sent([many]))], policyOf(features));
    const [only] = rowsOf(folded);
    expect(Object.keys(only!)).toHaveLength(256);
    expect(only).toMatchObject({ m253: 253, first: 0, second: 1 });
    expect(only).not.toHaveProperty("m254");
    expect(folded.state.features?.leftOut).toBe(2);
  });
});

const ALL = [
  { name: "share", ratio: ["cpu", "load"] },
  { name: "both", sum: ["cpu", "load"] },
  { name: "logged", log: "both" },
  { name: "per_second", rate: "cpu" },
  { name: "mean", rollingMean: "load", samples: 4 },
  { name: "spread", rollingDeviation: "mean", samples: 3 },
  { drop: "load" },
];

const anyValue = fc.oneof(fc.double({ noDefaultInfinity: true, min: -1e100, max: 1e100 }), fc.constantFrom(0, 1, NONE));
const anyRows = fc.array(fc.record({ cpu: anyValue, load: anyValue }), { minLength: 1, maxLength: 30 });

function foldBatches(batches: readonly (readonly Arrived[])[], policy: HostPolicy): readonly Folded[] {
  const steps: Folded[] = [];
  for (const batch of batches) steps.push(fold(steps.at(-1)?.state ?? state(), undefined, batch, policy));
  return steps;
}

test("features are the same however samples are cut into records and batches, and however often these come", () => {
  const policy = policyOf(ALL);
  fc.assert(
    fc.property(anyRows, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (rows, again) => {
      const times = rows.map((_, n) => timeOf(n));
      const whole = fold(state(), undefined, [arrived(sent(rows, times), times.at(-1))], policy);
      const batches = each(rows).flatMap((record, n) => (again[n] ? [[record], [record, record]] : [[record]]));
      const steps = foldBatches(batches, policy);
      const fresh = steps.map(({ parts }) => ({ parts: parts.filter(({ flags }) => flags[0] === 0) }));
      expect(fresh.flatMap(rowsOf)).toEqual(rowsOf(whole));
      expect(steps.at(-1)!.state.features).toEqual(whole.state.features);
    }),
  );
});

test("pieces in any order give the same features as whole samples", () => {
  const policy = policyOf(ALL);
  const minute = (n: number) => START + n * 60_000;
  fc.assert(
    fc.property(anyRows, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (rows, swapped) => {
      const piece = (n: number, name: string, value: number): Arrived =>
        arrived({ ...sent([{ [name]: value }], [minute(n)]), isPart: true }, minute(n) + 1_000);
      const pieces = rows.flatMap(({ cpu, load }, n) => {
        const both = [piece(n, "cpu", cpu), piece(n, "load", load)];
        return swapped[n] ? both.reverse() : both;
      });
      const assembled = fold(state(), undefined, pieces, policy, Number.POSITIVE_INFINITY);
      const whole = fold(
        state(),
        undefined,
        rows.map((row, n) => arrived(sent([row], [minute(n)]))),
        policy,
      );
      expect(rowsOf(assembled)).toEqual(rowsOf(whole));
    }),
  );
});

test("no feature is ever infinite", () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const made = rowsOf(fold(state(), undefined, each(rows), policyOf(ALL)));
      expect(made.flatMap(Object.values).filter((value) => Math.abs(value) > 1e100)).toEqual([]);
    }),
  );
});

test("a record that comes again counts as no second sender, although features changed its names", () => {
  const policy = policyOf(ALL);
  const [record] = each([{ cpu: 1, load: 2 }]);
  const steps = foldBatches([[record!], [record!]], policy);
  expect(steps[1]!.state.ingest.duplicates).toBe(1);
  expect(steps[1]!.state).not.toHaveProperty("assembly");
});

test("rules see features, and no dropped metrics", () => {
  const rules = [{ if: "share > 0.5" }, { if: "cpu > 0" }];
  const policy = policyOf(
    [
      { name: "share", ratio: ["cpu", "load"] },
      { drop: "cpu", host: "web-07" },
    ],
    { rules },
  );
  const { incidents } = fold(state(), undefined, each([{ cpu: 9, load: 10 }]), policy);
  expect(incidents[0]).toMatchObject({ rules: [{ rule: "share > 0.5" }] });
});
