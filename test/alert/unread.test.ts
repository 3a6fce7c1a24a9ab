// A sender whose records arrive but can no longer be read.

import { render } from "../../lib/notify/render.ts";
import { START } from "../factories.ts";
import { createWorld, MINUTE } from "./support.ts";

const WEB = [{ host: "web-07", group: "web" }];
const BROKEN = '{"host": "web-07", "group": "web", "metrics": 5}';

async function unreadable() {
  const world = createWorld();
  for (let minute = 0; minute < 60; minute++) {
    world.goTo(START + minute * MINUTE);
    await world.send([{ host: "web-08", group: "web" }], [0]);
    if (minute < 40) await world.send(WEB, [0]);
    else await world.sendTexts(WEB, [BROKEN]);
    await world.sweep();
  }
  return world;
}

test("a host whose records can no longer be read is told once, as that and not as silent", async () => {
  const world = await unreadable();
  expect(world.said()).toEqual(["opened web-07"]);
  const [{ news }] = world.told as [(typeof world.told)[number]];
  const { subject, email, sms } = render(news, { stack: "fleetwarden", now: world.clock() });
  for (const text of [subject, email, sms]) expect(text).toContain("sends records that cannot be read, since ");
  expect(email).toMatch(/The first of them: .*metrics/);
  for (const text of [subject, email, sms]) expect(text).not.toMatch(/silent for/);
});

test("when its records can be read again, its incident ends, and the next silence is one", async () => {
  const world = await unreadable();
  await world.send(WEB, [0]);
  expect(world.said()).toEqual(["opened web-07", "resolved web-07"]);
  expect(await world.state("web-07")).not.toHaveProperty("unread");
});
