// A new epsilon, with the real commands on the twin.
import fc from "fast-check";
import { describeEpsilon } from "../../lib/cli/epsilon-words.ts";
import type { AnomalyIncident } from "../../lib/incident/incident.ts";
import type { Verdict } from "../../lib/incident/label.ts";
import { preview, standing } from "../../lib/learn/preview.ts";
import type { FitReport } from "../../lib/learn/report.ts";
import { localEnvironment } from "../../lib/local/names.ts";
import { CROSSING_EDGES, cross, emptyCrossings } from "../../lib/model/crossings.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { createStores } from "../../lib/store/aws.ts";
import { activate, aFleetIncident, anIncident, aReport, judged } from "../contract/examples.ts";
import { baseline, START, state } from "../factories.ts";
import { historyOf, ripple } from "../model/band-history.ts";
import { liveTwin, run } from "./live.ts";

const WEEK = 7 * 86_400_000;
/** 2026-11-19T00:00:00Z, a Thursday, when the counts' week begins. */
const THURSDAY = 1_795_046_400_000;

/** A host judged by epsilon 8, with an hour's alert for each of these peaks within the week of `THURSDAY`. */
function host(name: string, peaks: readonly number[], epsilon = 8) {
  const ending = { clear: (level: number) => level / 2, calm: () => 60_000, hover: 3_600_000 };
  const crossings = peaks.reduce((counts, score, i) => {
    const time = THURSDAY + i * 3_600_000;
    const up = cross(counts, { score, time, before: time }, ending);
    return cross(up, { score: 0, time: time + 60_000, before: time }, ending);
  }, emptyCrossings());
  return { state: { ...state({ host: name, since: THURSDAY }), crossings }, epsilon };
}

function incident(peak: number, verdict?: Verdict): AnomalyIncident {
  return {
    ...{ id: "ABC234", host: "web-07", group: "web", revision: 2, opened: START, lastAnomaly: START },
    ...{ kind: "anomaly", samples: 5, anomalies: 5, causes: [] },
    peak: judged(START, peak, 8),
    ...(verdict ? { label: { verdict, at: START, by: "jo" } } : {}),
  };
}

describe("a preview", () => {
  const now = THURSDAY + WEEK;
  /** The edge next to 12, so that nothing is between two counts: python3 -c "print(.5*1.275**13)". */
  const twelve = CROSSING_EDGES[13] ?? 0;

  test("counts alerts, labelled incidents and hosts as a count by hand does", () => {
    const incidents = [
      incident(30, "fault"),
      incident(11, "fault"),
      incident(9, "fault"),
      incident(15, "false"),
      incident(9, "false"),
      incident(10, "new-normal"),
      ...[incident(50, "expected"), incident(50, "unknown"), incident(50)],
    ];
    expect(twelve).toBeCloseTo(11.765284, 6);
    // Between 7.24 and 9.23, where epsilon 8 lies, no alert has its peak: web-07 has three at either, db-01 one.
    const hosts = [host("web-07", [10, 20, 13]), host("db-01", [100]), host("db-02", [])];
    const found = preview(hosts, incidents, twelve, now);
    expect(found).toMatchObject({
      hosts: 3,
      untold: 0,
      alerts: { days: 7, now: expect.closeTo(4, 9), after: expect.closeTo(3, 9) },
      faults: { caught: 1, missed: 2 },
      falseAlarms: { raised: 1, silenced: 2 },
      affected: [{ host: "web-07", epsilon: 8, now: expect.closeTo(3, 9), after: expect.closeTo(2, 9) }],
    });
  });

  test("leaves out hosts whose scores are not counted, and every host below the first level", () => {
    const hosts = [host("web-07", [9]), host("forest", [], 0.3)];
    expect(preview(hosts, [], twelve, now)).toMatchObject({ hosts: 1, untold: 1 });
    expect(preview(hosts, [], 0.4, now)).toMatchObject({ hosts: 0, untold: 2, alerts: { now: 0, after: 0 } });
    expect(standing(hosts, [], now)).toMatchObject({ hosts: 1, untold: 1 });
  });

  test("of a group seen for less than a week says how many alerts there were, and for how long", () => {
    const found = preview([host("web-07", [10, 20, 13])], [], twelve, THURSDAY + 3_600_000 * 6);
    expect(found.alerts).toEqual({ days: 0.25, now: expect.closeTo(3, 9), after: expect.closeTo(2, 9) });
  });

  test("counts what a fleet's incident took over as one alert", () => {
    const hosts = ["web-1", "web-2", "web-3"].map((name) => host(name, [20]));
    const joined = hosts.map(({ state: { host } }) => ({ ...incident(20), host, opened: THURSDAY, fleet: "FLEET2" }));
    const told = { ...joined[0]!, told: true as const };
    const fleet = aFleetIncident("web", { opened: THURSDAY, peak: judged(THURSDAY, 20, 8) });
    const all = [fleet, told, ...joined.slice(1)];
    // Two alerts: that of the host that was announced before, and the fleet's.
    expect(preview(hosts, all, twelve, now).alerts).toEqual({ days: 7, now: 2, after: 2 });
    expect(preview(hosts, all, 25, now).alerts).toMatchObject({ now: 2, after: 0 });
    expect(standing(hosts, all, now).alerts).toEqual({ days: 7, now: 2 });
  });
});

test.each<[Partial<FitReport>, string]>([
  [{}, "12: the detector's own, the same for every host; flags <1 % of the last day's calm samples"],
  [{ source: "by hand", by: "jo", from: 3 }, "12: set by jo, kept until it is set to auto"],
  [
    { source: "by hand", by: "jo" },
    "12: set by jo, kept until it is set to auto; flags <1 % of the last day's calm samples",
  ],
  [
    { source: "budget", budget: { allowed: 3, before: 7, after: 2.5 } },
    "12: raised to hold the budget: 3 alerts a week, 2.5 expected instead of 7; flags <1 % of the last day's calm samples",
  ],
  [
    { budget: { allowed: 3, before: 7, after: 5, ceiling: 12 } },
    "12: the detector's own, the same for every host; flags <1 % of the last day's calm samples; the budget of 3 alerts a week cannot be held: 5 expected, a higher epsilon would hide a labelled fault",
  ],
  [
    {
      source: "group labels",
      labels: { fault: ["ABC234"], false: ["DEF567"] },
      quality: { f1: 0.8, precision: { value: 1, low: 0.5, high: 1 }, recall: { value: 0.666, low: 0.2, high: 0.9 } },
      from: 2,
      by: "ada",
    },
    "12: best F1 on the group's labels (ABC234 fault, DEF567 false), F1 0.80, precision 1.00 (0.50 to 1.00), recall 0.67 (0.20 to 0.90); flags <1 % of the last day's calm samples; from v2 by ada",
  ],
])("%j in words", (changes, words) => {
  expect(describeEpsilon(aReport("host#web-07", 4, { epsilon: 12, source: "default", ...changes }))).toBe(words);
});

describe("on the twin", () => {
  const NAMES = ["cpu", "memory", "disk"];
  const STEP = 10_000;
  const HOUR = 360;
  const NOISE = 0x5eed;

  function calmRows(count: number, seed: number): number[][] {
    const noise = fc.double({ min: -1, max: 1, noNaN: true });
    return fc
      .sample(fc.tuple(noise, noise, noise), { numRuns: count, seed })
      .map(([a, b, c]) => [20 + 3 * a, 50 + 2 * b, 5 + c]);
  }

  /** An hour in which the CPU is busy for five minutes. */
  function strangeHour(): number[][] {
    return calmRows(HOUR, 7).map(([cpu = 0, memory = 0, disk = 0], i) => [
      i >= 100 && i < 130 ? cpu + 15 : cpu,
      memory,
      disk,
    ]);
  }

  async function world() {
    const start = Date.now() - 8 * 3_600_000;
    const twin = await liveTwin(start);
    let now = start;
    const json = async (...words: string[]) => {
      const { code, out, err } = await run(...words, "--endpoint", twin.endpoint, "--json");
      expect({ code, err }).toEqual({ code: 0, err: "" });
      return JSON.parse(out);
    };
    const text = (...words: string[]) => run(...words, "--endpoint", twin.endpoint);
    return {
      json,
      text,
      endpoint: twin.endpoint,
      close: () => twin.close(),
      async feed(rows: readonly (readonly number[])[]) {
        for (let at = 0; at < rows.length; at += 60) {
          const some = rows.slice(at, at + 60);
          const times = some.map((_, i) => now + i * STEP);
          await twin.feed("web-07", NAMES, times, some);
          now += some.length * STEP;
        }
      },
      /** As the newest sample was judged. */
      epsilon: async () => (await json("status")).hosts[0].epsilon,
      active: async () =>
        (await json("epsilon")).baselines.find(({ owner }: { owner: string }) => owner === "host#web-07"),
    };
  }

  test("what-if, set, auto, history and rollback work together", async () => {
    const { feed, json, text, epsilon, active, close } = await world();
    try {
      await feed(calmRows(600, NOISE));
      await feed(strangeHour());
      const [fault, ...others] = (await json("incidents")).incidents;
      expect(others).toEqual([]);
      await json("label", fault.id, "fault", "--by", "jo");
      const before = await active();
      // The CPU's noise is even from 17 to 23.
      const { metrics } = await json("epsilon", "model", "web-07");
      expect(metrics.map(({ metric }: { metric: string }) => metric)).toEqual(NAMES);
      expect([metrics[0].low, metrics[0].high, metrics[0].middle].every((x) => x > 16.9 && x < 23.1)).toBe(true);
      expect((await text("epsilon", "model", "web-07")).out).toMatch(/^metric +low +middle +high$/m);
      expect((await text("epsilon", "model", "web-08")).err).toContain("no such host: web-08; did you mean web-07?");
      const { score } = fault.peak;

      const lower = await json("epsilon", "what-if", String(score * 0.9));
      // One incident in a few hours.
      expect(lower.alerts.now).toBeCloseTo(1, 6);
      expect(lower.alerts.days).toBeLessThan(1);
      expect(lower).toMatchObject({ hosts: 1, faults: { caught: 1, missed: 0 } });
      const higher = await json("epsilon", "what-if", String(score * 1.5), "--host", "web-07");
      expect(higher).toMatchObject({ faults: { caught: 0, missed: 1 }, affected: [{ host: "web-07" }] });
      expect(higher.alerts.after).toBe(0);

      const high = score * 1.5;
      const { report } = await json("epsilon", "set", "web-07", String(high), "--by", "jo");
      expect(report).toMatchObject({ owner: "host#web-07", epsilon: high, source: "by hand", by: "jo" });
      await feed(strangeHour());
      expect(await epsilon()).toBeCloseTo(high, 3);
      expect((await json("incidents")).incidents).toHaveLength(1);

      const history = await json("epsilon", "history", "web-07");
      expect(history.versions.find(({ version }: { version: number }) => version === history.active)).toMatchObject({
        source: "by hand",
        epsilon: high,
      });
      expect((await text("epsilon", "history", "web-07")).out).toMatch(
        new RegExp(`^v${history.active}\\* .* by hand `, "m"),
      );

      const back = (await json("epsilon", "rollback", "web-07", String(report.from))).report;
      expect(report.from).toBe(before.version);
      expect(back).toMatchObject({ version: history.active + 1, from: before.version, epsilon: before.epsilon });
      await feed(strangeHour());
      expect((await json("incidents")).incidents).toHaveLength(2);

      expect(back.source).toBe("by hand");
      await json("epsilon", "set", "web-07", "100000", "--by", "jo");
      expect(await active()).toMatchObject({ source: "by hand", epsilon: 100_000 });
      await json("epsilon", "set", "web-07", "auto");
      expect(await active()).toMatchObject({
        source: before.source,
        epsilon: before.epsilon,
        from: back.version + 1,
      });
    } finally {
      await close();
    }
  });

  test("the model names the metrics that had one value: five in words, all in JSON", async () => {
    const { json, text, endpoint, close } = await world();
    try {
      const fans = Array.from({ length: 6 }, (_, i) => `fan_${i + 1}`);
      const names = ["cpu_percent", ...fans];
      const constants = fans.map((_, i) => () => 100 * (i + 1));
      const history = historyOf({ days: 3 }, (_, minute) => 50 + ripple(minute), ...constants);
      const own = { ...baseline({ names, epsilon: 1 }), model: fitBands(history, names, "UTC") };
      const stores = createStores(localEnvironment(endpoint), Date.now, Math.random);
      await stores.hosts.save(state());
      await activate(stores.baselines, aReport(own.owner, own.version), own);

      const { constant } = await json("epsilon", "model", "web-07");
      expect(constant.map(({ metric, value }: { metric: string; value: number }) => [metric, value])).toEqual(
        fans.map((fan, i) => [fan, 100 * (i + 1)]),
      );
      const { out } = await text("epsilon", "model", "web-07");
      const list = /fan_1 100 \(strange below (\S+), above (\S+)\), (fan_2) .*, (fan_5) 500 \(.*\) (and 1 more)/;
      const [shown = "", below, above, ...rest] = list.exec(out) ?? [];
      expect(rest).toEqual(["fan_2", "fan_5", "and 1 more"]);
      expect(out).toContain(`\nNever changed at its usual times: ${shown}.\n`);
      expect(Number(above)).toBeGreaterThan(100);
      expect(Number(below)).toBeLessThan(100);

      expect((await text("doctor", "web-07")).out).toContain(`never changed  ${shown}\n`);
      const { id, causes, peak } = anIncident("web-07");
      const { time } = peak;
      const judgement = { score: 2, epsilon: 1, baseline: { owner: own.owner, version: own.version } };
      const moved = ["cpu_percent", "fan_2"].map((metric) => ({ ...causes[0]!, metric }));
      await stores.incidents.save(anIncident("web-07", { causes: moved, peak: { time, judgement } }));
      const explained = (await text("explain", id)).out;
      expect(explained).toMatch(
        /^Never changed before, at its usual times: fan_2 200 \(strange below \S+, above \S+\)\.$/m,
      );
      expect((await json("explain", id)).unchanged).toEqual([constant[1]]);
      stores.close();
    } finally {
      await close();
    }
  });

  test("a budget after hours is refused, and no rate is made up", async () => {
    const { feed, json, text, close } = await world();
    try {
      await feed(calmRows(600, NOISE));
      await feed(strangeHour());
      expect(await json("epsilon", "budget", "web")).toMatchObject({ group: "web", budget: null, hosts: 1 });
      const early = await text("epsilon", "budget", "web", "3");
      expect(early).toMatchObject({
        code: 1,
        err: expect.stringContaining("a budget needs a week of data: nothing was changed"),
      });
      expect((await text("epsilon", "budget", "web")).out).toMatch(
        /^web: no alert budget\nnow: \d alerts in the \d+ h( \d+ min)? seen so far from 1 host\n/,
      );
      expect(await json("epsilon", "budget", "web", "none")).toMatchObject({ budget: null });
      expect(await json("epsilon", "budget", "web")).toMatchObject({ budget: null });
      expect(await text("epsilon", "budget", "wbe", "3")).toMatchObject({
        code: 1,
        err: expect.stringContaining("no such group: wbe"),
      });
    } finally {
      await close();
    }
  });

  test("an impossible request gets an error of one line", async () => {
    const { text, close } = await world();
    try {
      const failing = async (...words: string[]) => {
        const { code, err } = await text("epsilon", ...words);
        expect(code).toBe(1);
        return err;
      };
      expect(await failing("set", "web-99", "12")).toContain("no such host: web-99: `fleetwarden hosts ");
      expect(await failing("rollback", "web-99")).toContain("no such host: web-99: `fleetwarden hosts ");
      expect(await failing("history", "group#web")).toContain("no such group: web");
      expect(await failing("what-if", "12", "--host", "web-99")).toContain("no such host");
      expect(await failing("set", "web-99", "none")).toContain("Use a number above 0");
    } finally {
      await close();
    }
  });
});
