// A sender whose records arrive but can no longer be used.

import { render } from "../../lib/notify/render.ts";
import { START } from "../factories.ts";
import { createWorld, MINUTE, type World } from "./support.ts";

const WEB = [{ host: "web-07", group: "web" }];
const OTHER = [{ host: "web-08", group: "web" }];
const BROKEN = '{"host": "web-07", "group": "web", "metrics":';

/** Forty good minutes and twenty of the text, beside a host that goes on. */
async function unusable(text: string, groups: readonly string[] = []) {
  const world = createWorld({ groups });
  for (let minute = 0; minute < 60; minute++) {
    world.goTo(START + minute * MINUTE);
    await world.send(OTHER, [0]);
    if (minute < 40) await world.send(WEB, [0]);
    else await world.sendTexts(WEB, [text]);
    await world.sweep();
  }
  return world;
}

function onlyMessage(world: World) {
  const [one, ...others] = world.told;
  expect(others).toEqual([]);
  return render(one!.news, { stack: "fleetwarden", now: world.clock() });
}

test("a host whose records can no longer be read is announced once, as unreadable and not as silent", async () => {
  const world = await unusable(BROKEN);
  expect(world.said()).toEqual(["opened web-07"]);
  const { subject, email, sms } = onlyMessage(world);
  for (const text of [subject, email, sms]) expect(text).toContain("sends nothing usable since 14:40Z");
  expect(email).toMatch(/The first of them: broken JSON/);
  for (const text of [subject, email, sms]) expect(text).not.toMatch(/silent for/);
});

const DEAD = [
  ["null", '{"cpu": null, "load": null}', "no value is a number: cpu is null"],
  ["texts", '{"cpu": "n/a", "load": "n/a"}', 'no value is a number: cpu is "n/a"'],
] as const;

describe.each([["has no baseline", []] as const, ["is judged by a Gaussian", ["web"]] as const])(
  "a host that %s and whose values are no longer numbers",
  (_, groups) => {
    test.each(DEAD)("is announced once, with the value, where all are %s", async (_name, metrics, reason) => {
      const world = await unusable(`{"host": "web-07", "group": "web", "metrics": ${metrics}}`, groups);
      expect(world.said()).toEqual(["opened web-07"]);
      const { subject, email, sms, webhook } = onlyMessage(world);
      for (const text of [subject, email, sms]) expect(text).toContain(reason);
      expect(JSON.parse(webhook).custom_details.why[0]).toContain(reason);
      expect((await world.state("web-07")).ingest.rejected).toBe(20);
    });
  },
);

test("a host with a number in each sample is not announced, and its other values are counted and shown", async () => {
  const world = await unusable(
    '{"host": "web-07", "group": "web", "metrics": {"cpu": 0, "load": "n/a", "disk": null}}',
  );
  expect(world.said()).toEqual([]);
  const at = START + 59 * MINUTE;
  expect((await world.state("web-07")).odd).toEqual({ count: 20, last: 'load is "n/a"', at });
});

test("a goodbye without a number is a goodbye", async () => {
  const world = await unusable('{"host": "web-07", "group": "web", "metrics": {"cpu": null}, "bye": true}');
  expect(world.said()).toEqual([]);
  expect(await world.state("web-07")).toMatchObject({ retired: true });
});

test("a record of several samples is usable if one of them has a number", async () => {
  const texts = ["null", "0"].map((cpu) => `{"host": "web-07", "group": "web", "metrics": {"cpu": ${cpu}}}`);
  expect((await unusable(`[${texts.join(",")}]`)).said()).toEqual([]);
});

test("the incident of unusable records ends with the next usable record", async () => {
  const world = await unusable(BROKEN);
  await world.send(WEB, [0]);
  expect(world.said()).toEqual(["opened web-07", "resolved web-07"]);
  expect(await world.state("web-07")).not.toHaveProperty("unread");
});

test("a message names the only host of a fleet when it falls silent", async () => {
  const world = createWorld();
  for (let minute = 0; minute < 60; minute++) {
    world.goTo(START + minute * MINUTE);
    if (minute < 40) await world.send(WEB, [0]);
    await world.sweep();
  }
  expect(world.said()).toEqual(["opened web-07"]);
  expect(onlyMessage(world).subject).toMatch(/^\[CRIT\] web-07 \(web\): silent for \d+ min, last seen 14:38Z/);
  await world.send(WEB, [0]);
  expect(world.said()).toEqual(["opened web-07", "resolved web-07"]);
});
