import { statusLine, statusOf } from "../../lib/cli/host-status.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { anIncident, aSilentIncident, aState } from "../contract/examples.ts";
import { START } from "../factories.ts";

const baseline = { owner: "host#web-07", version: 3 };
const normal = { score: 4.21, epsilon: 7, baseline };
const high = { ...normal, score: 9.5 };
const incident = anIncident("web-07");
/** Its last record came four minutes before, at a time when it is usually off. */
const off = { arrived: START - 240_000, interval: 60_000, backBy: START + 3_600_000 };

test.each<[string, Partial<HostState>]>([
  ["web-07  learning 17/60", { seen: 17 }],
  ["web-07  score 4.21  epsilon 7  normal", { verdict: normal }],
  [
    "web-07  score 4.21  epsilon 7  normal, provisional",
    { verdict: { ...normal, baseline: { owner: "group#web", version: 3 } } },
  ],
  ["web-07  score 9.5  epsilon 7  anomaly", { verdict: high }],
  ["web-07  score 9.5  epsilon 7  incident ABC234", { verdict: high, incident }],
  [
    "web-07  score 9.5  epsilon 7  incident ABC234, unstable",
    { verdict: high, incident: { ...incident, unstable: true } },
  ],
  [
    "web-07  score 0  epsilon 7  not judged: its baseline host#web-07 has none of its metrics",
    { verdict: { ...normal, score: 0 }, unjudged: { since: 0 } },
  ],
  // By a rule: it needs no baseline.
  ["web-07  incident ABC234", { seen: 17, incident }],
  ["web-07  silent ABC234", { seen: 17, incident: aSilentIncident("web-07") }],
  ["web-07  retired", { retired: true, seen: 17 }],
  ["web-07  score 2  epsilon 7  usually off now", { verdict: { ...normal, score: 2 }, ...off }],
])("%s", (line, fields) => {
  expect(statusLine(aState("web-07", fields), START)).toBe(line);
});

test("a host whose first sample still waits for its rest shows no sample, and no wrong clock", () => {
  const waiting = statusOf(aState("web-07", { seen: 0, newest: 0, arrived: START }), START);
  expect(waiting).toMatchObject({ status: "learning 0/60", samples: 0 });
  expect(waiting).not.toHaveProperty("lastSample");
  expect(waiting).not.toHaveProperty("clock");
  const late = statusOf(aState("web-07", { newest: START - 2 * 3_600_000, arrived: START }), START);
  expect(late.clock).toBe("2 h behind: its samples open no incidents");
});
