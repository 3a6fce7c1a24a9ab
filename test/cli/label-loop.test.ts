// From alert to label to epsilon, with the real commands on the twin.
import fc from "fast-check";
import { liveTwin, run } from "./live.ts";

const NAMES = ["cpu", "memory", "disk"];
const STEP = 10_000;
const CALM = 600;
const HOUR = 360;

/** Calm rows around (20, 50, 5) with fixed pseudo-random noise, so that every run sees the same. */
function calmRows(count: number, seed: number): number[][] {
  const noise = fc.sample(
    fc.tuple(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
    ),
    { numRuns: count, seed },
  );
  return noise.map(([a, b, c]) => [20 + 3 * a, 50 + 2 * b, 5 + c]);
}

/** An hour in which the CPU is busy for five minutes. */
function strangeHour(): number[][] {
  return calmRows(HOUR, 7).map(([cpu = 0, memory = 0, disk = 0], i) =>
    i >= 100 && i < 130 ? [cpu + 60, memory, disk] : [cpu, memory, disk],
  );
}

async function story(verdict: "false" | "fault" | "expected") {
  const start = Date.now() - 3 * 3_600_000;
  const twin = await liveTwin(start, {});
  let now = start;
  const feed = async (rows: readonly (readonly number[])[]) => {
    for (let at = 0; at < rows.length; at += 60) {
      const some = rows.slice(at, at + 60);
      await twin.feed(
        "web-07",
        NAMES,
        some.map((_, i) => now + i * STEP),
        some,
      );
      now += some.length * STEP;
    }
  };
  const alerts = () => twin.messages.filter(({ attributes }) => attributes.kind !== "epsilon");
  const news = () => twin.messages.filter(({ attributes }) => attributes.kind === "epsilon");
  const json = async (...words: string[]) => {
    const { code, out, err } = await run(...words, "--endpoint", twin.endpoint, "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    return JSON.parse(out);
  };
  try {
    await feed(calmRows(CALM, 1));
    await feed(strangeHour());
    const before = await json("epsilon");
    const { incidents } = await json("incidents");
    const first = alerts();
    const label = await json("label", incidents[0].id, verdict, "--note", "as\u001b tested\u202e", "--by", "jo");
    const refit = await json("refit", "--host", "web-07");
    const explained = await json("explain", incidents[0].id);
    const after = await json("epsilon", "web-07");
    await json("refit", "--host", "web-07");
    const told = news();
    await feed(strangeHour());
    const again = (await json("incidents")).incidents;
    return {
      before,
      incidents,
      alerts: first.map(({ subject }) => subject),
      label,
      refit,
      explained,
      after,
      told,
      again,
      alertsAgain: alerts()
        .slice(first.length)
        .map(({ subject }) => subject),
    };
  } finally {
    await twin.close();
  }
}

test("the label false makes the pattern quiet and moves no limit: the same hour sends no message", async () => {
  const { before, incidents, alerts, label, refit, explained, after, told, again, alertsAgain } = await story("false");
  expect(incidents).toHaveLength(1);
  expect(incidents[0]).toMatchObject({ host: "web-07", group: "web", causes: [{ metric: "cpu" }] });
  expect(alerts).toHaveLength(2);
  expect(alerts[0]).toMatch(/^\[WARN\] web-07 \(web\): cpu 8\d/);
  expect(alerts[1]).toMatch(/^\[OK\] web-07/);
  expect(label).toMatchObject({ host: "web-07", label: { verdict: "false", by: "jo", note: "as tested" } });
  expect(refit.reports[0].refused).toBeUndefined();
  expect(explained.incident.label.verdict).toBe("false");
  expect(label.quiet).toMatchObject({ host: "web-07", main: { pattern: "high cpu" }, by: "jo", reason: "as tested" });
  expect(after.versions[0]).toMatchObject({
    source: before.baselines[0].source,
    labels: { false: [incidents[0].id], fault: [] },
  });
  expect(told).toEqual([]);
  expect(again.length).toBeGreaterThanOrEqual(1);
  expect(alertsAgain).toEqual([]);
});

test("the label fault decides epsilon, and the same hour raises the alert again", async () => {
  const { incidents, after, told, again, alertsAgain } = await story("fault");
  expect(after.versions[0]).toMatchObject({
    source: "group labels",
    labels: { fault: [incidents[0].id], false: [] },
  });
  // The host is young: epsilon stays where the host's own scores put it, so there is no notice.
  expect(told).toEqual([]);
  expect(again).toHaveLength(2);
  // The same within the hour is unstable, and held open.
  expect(alertsAgain).toEqual([expect.stringMatching(/^\[WARN\] web-07 \(web\): unstable, .*: cpu/)]);
});

test("the label expected changes nothing: epsilon stays, and the same hour raises the alert again", async () => {
  const { before, after, told, again, alertsAgain } = await story("expected");
  expect(after.versions[0]).toMatchObject({ labels: { fault: [], false: [] }, source: before.baselines[0].source });
  expect(told).toEqual([]);
  expect(again).toHaveLength(2);
  expect(alertsAgain).toHaveLength(1);
});
