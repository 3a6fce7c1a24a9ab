// From the sample that opens an incident to its first message.
import { messageLatency } from "../../lib/alert/latency.ts";
import { aFleetIncident, anIncident, aSilence, aSilentIncident, NOON } from "../contract/examples.ts";
import { START } from "../factories.ts";
import { CALM, createWorld, MINUTE } from "./support.ts";

const SECOND = 1_000;
const TROUBLE = [0, 10, 10, 10];
const web = { host: "web-1", group: "web" };
const db = { host: "db-1", group: "db" };

function notifiedAfter(seconds: number, more: { readonly held?: true; readonly opened?: number } = {}) {
  const { opened = NOON } = more;
  return anIncident("web-1", { ...more, opened, notified: opened + seconds * SECOND });
}

test("messages that went at once and those that were held back are counted apart, over the last week", () => {
  const { notified: _, ...untold } = notifiedAfter(0);
  const incidents = [
    ...[4, 8, 15, 16, 23, 42].map((seconds) => notifiedAfter(seconds)),
    ...[600, 1_200].map((seconds) => notifiedAfter(seconds, { held: true })),
    notifiedAfter(9_000, { opened: NOON - 8 * 1_440 * MINUTE }),
    // These answer to no sample, and nobody was notified of the last.
    { ...aSilentIncident("web-2"), notified: NOON + 9_000_000 },
    { ...aFleetIncident("web"), notified: NOON + 9_000_000 },
    untold,
  ];
  // python3 -c "import numpy as np; print(np.percentile([4, 8, 15, 16, 23, 42], [50, 95]))"
  // python3 -c "import numpy as np; print(np.percentile([600, 1200], [50, 95]))"
  expect(messageLatency(incidents, NOON + MINUTE)).toEqual({
    atOnce: { messages: 6, medianMs: 15_500, p95Ms: 37_250 },
    held: { messages: 2, medianMs: 900_000, p95Ms: 1_170_000 },
  });
});

test("a host's clock that is a little ahead makes no negative latency", () => {
  expect(messageLatency([notifiedAfter(-3)], NOON)).toEqual({ atOnce: { messages: 1, medianMs: 0, p95Ms: 0 } });
});

test("the incident keeps when its first message was sent, and no later message changes that", async () => {
  const world = createWorld({ groups: ["web"] });
  world.goTo(START + MINUTE);
  await world.send([web], TROUBLE);
  const notified = START + MINUTE;
  expect((await world.state("web-1")).incident).toMatchObject({ notified });
  // The last sample opened it, a second before its record came.
  expect(world.latencies).toEqual([SECOND]);
  world.goTo(START + 9 * MINUTE);
  await world.send([web], CALM);
  expect(world.said()).toEqual(["opened web-1", "resolved web-1"]);
  const [incident] = await world.incidents();
  expect(incident).toMatchObject({ notified, resolved: expect.any(Number) });
  expect(incident).not.toHaveProperty("held");
  expect(world.latencies).toHaveLength(1);
});

test("a message that a silence held back is marked as held", async () => {
  const world = createWorld({ groups: ["web"] });
  world.goTo(START + MINUTE);
  await world.ports.alerting.saveSilence(
    aSilence("s1", { matcher: { host: "web-1" }, from: START, until: START + 4 * MINUTE }),
  );
  await world.send([web], TROUBLE);
  world.goTo(START + 5 * MINUTE);
  await world.send([web], TROUBLE);
  await world.sweep();
  expect(world.said()).toEqual(["opened web-1"]);
  expect((await world.state("web-1")).incident).toMatchObject({ held: true, notified: START + 5 * MINUTE });
  expect(world.latencies).toEqual([]);
});

test("messages that went into a digest are marked as held, also of an incident that has ended since", async () => {
  const world = createWorld({ groups: ["web", "db", "app"], settings: { messagesPerMinute: 1 } });
  world.goTo(START + MINUTE);
  await world.send([web], TROUBLE);
  await world.send([db, { host: "app-1", group: "app" }], TROUBLE);
  world.goTo(START + 9 * MINUTE);
  await world.send([db], CALM);
  world.goTo(START + 9 * MINUTE + 30 * SECOND);
  await world.send([{ host: "web-2", group: "web" }], TROUBLE);
  await world.sweep();
  expect(world.said()).toEqual(["opened web-1", "opened web-2", "digest"]);
  const ended = (await world.incidents()).find((one) => one.kind === "anomaly" && one.host === "db-1");
  expect(ended).toMatchObject({ held: true, notified: world.clock(), resolved: expect.any(Number) });
  expect((await world.state("app-1")).incident).toMatchObject({ held: true, notified: world.clock() });
});
