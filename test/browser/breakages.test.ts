// The world of the demo page, without the page.
import { BREAKAGES } from "../../browser/breakages.ts";
import { createWorld } from "../../browser/world.ts";

/** Every button, a host, and what its first message begins with; the units and ids of messages have tests of their own. */
const TOLD: Readonly<Record<string, readonly [host: string, subject: string]>> = {
  cpu: ["web-01", "[CRIT] web-01 (web): cpu_busy_percent 99 %, normal"],
  leak: ["web-02", "[WARN] web-02 (web): memory_used_percent"],
  disk: ["db-01", "[WARN] db-01 (db): disk_used_percent"],
  "slow-disk": ["api-01", "[CRIT] api-01 (api): disk_busy_percent 98 %, normal"],
  flood: ["db-02", "[CRIT] db-02 (db): network_in_bytes_per_second"],
  release: ["api-02", "[CRIT] api-02 (api): memory_used_percent"],
  down: ["db-03", "[CRIT] db-03 (db): silent for"],
  half: ["web-04", "[CRIT] web: 3 of 6 hosts silent since"],
  slow: ["api-03", "[CRIT] api: latency_seconds high on 3 of 3 hosts"],
};
/** Virtual minutes: the longest that a message may take, and that hosts need to be normal again. */
const TOLD_WITHIN = 20;
const CALM_AFTER = 45;

test("every button brings a message that names its cause, and all end after the repair", async () => {
  expect(BREAKAGES.map(({ id }) => id)).toEqual(Object.keys(TOLD));
  const world = createWorld();
  let last = 0;
  for await (const share of world.learn()) {
    expect(share).toBeGreaterThan(last);
    last = share;
  }
  expect(last).toBe(1);
  expect(world.published).toEqual([]);

  for (const breakage of BREAKAGES) {
    const [host = "", subject = ""] = TOLD[breakage.id] ?? [];
    world.break(breakage, host);
    for (let minute = 0; minute < TOLD_WITHIN; minute++) await world.passMinute();
    const subjects = world.published.splice(0).map(({ message }) => message.subject);
    expect(subjects).toContainEqual(expect.stringContaining(subject));
    world.repair();
    for (let minute = 0; minute < CALM_AFTER; minute++) await world.passMinute();
    world.published.length = 0;
    for await (const { incident } of world.stores.hosts.all()) expect(incident).toBeUndefined();
  }
}, 300_000);
