import type { Bands } from "../../lib/model/bands.ts";
import { fold } from "../../lib/watch/fold.ts";
import type { HostPolicy } from "../../lib/watch/policy.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { arrived, bandsBaseline, baseline, START, state, timeOf } from "../factories.ts";
import { each, policyOf, rowsOf, sent } from "./sent.ts";

describe("when the definition of a feature changes", () => {
  const names = ["cpu", "sum"];
  const before = policyOf([{ name: "sum", sum: ["cpu", "load"] }, { drop: ["load", "mem"] }]);
  const after = policyOf([{ name: "sum", sum: ["cpu", "mem"] }, { drop: ["load", "mem"] }]);
  const fitted = baseline({ names });
  const judged = { ...fitted, schema: { ...fitted.schema, defined: before.features!.defined } };
  const rows = (count: number, from: number) => each(Array(count).fill({ cpu: 0, load: 0, mem: 500 }), timeOf(from));
  const judge = (policy: HostPolicy, from: number, known: HostState = state()) =>
    fold(known, judged, rows(6, from), policy);

  test("a baseline fitted to the old definition ignores it, and judges the other metrics", () => {
    expect(judge(after, 0).incidents).toEqual([]);
    const old = { ...judged, schema: { ...judged.schema, defined: after.features!.defined } };
    expect(fold(state(), old, rows(6, 0), after).incidents).toHaveLength(1);
    const strange = each(Array(6).fill({ cpu: 9, load: 0, mem: 500 }), timeOf(0));
    expect(fold(state(), judged, strange, after).incidents[0]).toMatchObject({ causes: [{ metric: "cpu" }] });
  });

  test("neither the last sample nor the detector's memory is compared with it", () => {
    const bands = bandsBaseline({ names: ["cpu", "sum"] });
    const schema = { ...bands.schema, defined: after.features!.defined };
    // A counter is compared with the sample before.
    const learnt = { ...bands, schema, model: { ...bands.model, counter: Uint8Array.of(0, 1) } as Bands };
    const known = fold(state(), learnt, rows(6, 0), before).state;
    const { memory, ...forgotten } = known;
    expect(memory).toBeDefined();
    const next = (from: HostState) => fold(from, learnt, rows(1, 6), after).state.memory;
    expect(next(known)).toEqual(next({ ...forgotten, schema: "" }));
    expect(next({ ...known, features: { ...known.features!, defined: after.features!.defined } })).not.toEqual(
      next(known),
    );
  });

  test("an unrelated entry, the place in the list and the name change no definition", () => {
    const other = policyOf([{ name: "log", log: "cpu" }, { name: "both", sum: ["cpu", "load"] }, { drop: "mem" }]);
    expect(other.features!.defined.both).toBe(before.features!.defined.sum);
    expect(after.features!.defined.sum).not.toBe(before.features!.defined.sum);
  });

  test("the definition covers its source metrics, and any exclusion before a sum or maximum", () => {
    const definitionOf = (...above: readonly object[]) =>
      policyOf([...above, { name: "it", maximum: ["base", "disk:*"] }]).features!.defined.it;
    const definitions = [
      definitionOf(),
      definitionOf({ drop: "disk:/snap/*" }),
      definitionOf({ name: "base", log: "cpu" }),
      definitionOf({ name: "base", log: "mem" }),
    ];
    expect(new Set(definitions).size).toBe(4);
  });
});

describe("people can say how to take a metric", () => {
  const minute = (n: number) => START + n * 60_000;
  const total = (n: number, more: object) => arrived({ ...sent([{ jobs_total: 60 * n }], [minute(n)]), ...more });
  const newest = (as: object, more: object) => {
    const records = [0, 1, 2].map((n) => total(n, more));
    const policy = policyOf([], { metrics: [{ metric: "jobs_*", ...as }] });
    return rowsOf(fold(state(), undefined, records, policy, Number.POSITIVE_INFINITY)).at(-1);
  };

  test("as a rate, though its sender does not say that it is a total", () => {
    expect(newest({}, {})).toEqual({ jobs_total: 120 });
    expect(newest({ as: "rate" }, {})).toEqual({ jobs_per_second: 1 });
  });

  test("as a gauge, though its sender says that it is a total", () => {
    const counters = { isPart: true, counters: ["jobs_total"] };
    expect(newest({}, counters)).toEqual({ jobs_per_second: 1 });
    expect(newest({ as: "gauge" }, counters)).toEqual({ jobs_total: 120 });
  });
});
