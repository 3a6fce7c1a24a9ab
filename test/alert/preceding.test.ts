// Which events and silences a message names: by hosts and by time.
import { declareEvent } from "../../lib/alert/declare.ts";
import { precedingOf } from "../../lib/alert/preceding.ts";
import type { SilenceMatcher } from "../../lib/alert/silence.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { aFleetIncident, anIncident, aSilence, NOON } from "../contract/examples.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const opened = (matchers: readonly SilenceMatcher[], minutesBefore: number) =>
  before(matchers.map((matcher) => ({ matcher, at: NOON - minutesBefore * MINUTE })));

async function before(events: readonly { matcher: SilenceMatcher; at: number }[]) {
  const { alerting } = createMemoryStores(() => NOON);
  for (const [i, { matcher, at }] of events.entries())
    await alerting.saveEvent({ id: `E-${i}`, matcher, text: `deploy ${i}`, by: "anna", at });
  const incident = anIncident("web-07", { group: "web", opened: NOON });
  return (await precedingOf(alerting, { kind: "opened", incident })).map(({ text }) => text);
}

test.each<[string, SilenceMatcher, boolean]>([
  ["its group", { group: "web" }, true],
  ["all hosts", { group: "*" }, true],
  ["its host", { host: "web-*" }, true],
  ["another group", { group: "db" }, false],
  ["other hosts of its group", { host: "web-1*", group: "web" }, false],
])("whether a message names an event of %s", async (_, matcher, isNamed) => {
  expect(await opened([matcher], 6)).toHaveLength(isNamed ? 1 : 0);
});

test.each([
  [59.9, true],
  [60, false],
  [0, true],
  [-1, true],
  [-1.1, false],
])("a message names an event %d minutes before the trouble: %s", async (minutes, isNamed) => {
  expect(await opened([{ group: "web" }], minutes)).toHaveLength(isNamed ? 1 : 0);
});

test("a message names the last three events, the latest first", async () => {
  const at = (minutes: number) => ({ matcher: { group: "web" }, at: NOON - minutes * MINUTE });
  expect(await before([at(4), at(3), at(2), at(1)])).toEqual(["deploy 3", "deploy 2", "deploy 1"]);
});

test("the message of a group's incident names an event of one of its hosts", async () => {
  const { alerting } = createMemoryStores(() => NOON);
  const extent = { affected: 5, total: 20, silent: 0, first: [{ host: "web-03", id: "K7Q2RT" }] };
  const incident = aFleetIncident("web", { extent });
  const event = { id: "E-K7Q2RT", text: "deploy 4.2", by: "anna", at: incident.opened - MINUTE };
  await alerting.saveEvent({ ...event, matcher: { host: "web-03" } });
  expect(await precedingOf(alerting, { kind: "grown", incident })).toMatchObject([{ text: "deploy 4.2" }]);
  await alerting.removeEvent(event);
  await alerting.saveEvent({ ...event, matcher: { host: "db-01" } });
  expect(await precedingOf(alerting, { kind: "grown", incident })).toEqual([]);
});

test("a message about other trouble that joins an incident names the events before that other trouble", async () => {
  const { alerting } = createMemoryStores(() => NOON);
  const also = NOON + 5 * HOUR;
  const incident = anIncident("web-07", { group: "web", opened: NOON, peak: { time: also } });
  await alerting.saveEvent({ id: "E-A", matcher: { group: "web" }, text: "deploy", by: "anna", at: also - MINUTE });
  expect(await precedingOf(alerting, { kind: "also", incident })).toMatchObject([{ text: "deploy", before: MINUTE }]);
  expect(await precedingOf(alerting, { kind: "reminder", incident })).toEqual([]);
});

test.each([
  ["in which the trouble began", -HOUR * 3, HOUR, { what: "silence", at: NOON - 3 * HOUR, before: 3 * HOUR }],
  ["that ended within the hour", -HOUR * 3, -HOUR / 2, { what: "silence-over", at: NOON - HOUR / 2, before: HOUR / 2 }],
  ["that ended earlier", -HOUR * 3, -HOUR, undefined],
  ["that began later", 1, HOUR, undefined],
])("how a message names a silence %s", async (_, from, until, expected) => {
  const { alerting } = createMemoryStores(() => NOON);
  const times = { from: NOON + from, until: NOON + until };
  await alerting.saveSilence(aSilence("S5TTQ3", { matcher: { group: "web" }, reason: "backup", by: "ann", ...times }));
  const incident = anIncident("web-07", { group: "web", opened: NOON });
  const found = await precedingOf(alerting, { kind: "opened", incident });
  expect(found).toEqual(expected ? [{ ...expected, text: "backup", by: "ann" }] : []);
});

test("an event is refused in the future, after 30 days, and as the 101st within an hour", async () => {
  const { alerting } = createMemoryStores(() => NOON);
  const event = (i: number) => ({ matcher: { group: "web" }, text: `deploy ${i}`, by: "anna" });
  await expect(declareEvent(alerting, { ...event(0), at: NOON + 1 }, NOON)).rejects.toThrow("in the future");
  const old = NOON - 30 * 24 * HOUR;
  await expect(declareEvent(alerting, { ...event(0), at: old }, NOON)).rejects.toThrow("older than 30 days");
  for (let i = 0; i < 100; i++) await declareEvent(alerting, { ...event(i), at: NOON }, NOON);
  // The same event declared again is the same event.
  await declareEvent(alerting, { ...event(99), at: NOON }, NOON);
  await expect(declareEvent(alerting, { ...event(100), at: NOON }, NOON)).rejects.toThrow("has 100 events");
  expect(await alerting.events(NOON, NOON + 1)).toHaveLength(100);
});
