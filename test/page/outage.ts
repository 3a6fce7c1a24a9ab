// Takes whole pictures of every view during an outage: 50 of 200 hosts are in one incident of their group.
// Each view is taken at two widths and in both schemes, and searched for barriers. Words after the folder choose views.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page as Tab } from "playwright-core";
import { labelIncident } from "../../lib/alert/label.ts";
import { subjectOf } from "../../lib/incident/incident.ts";
import { DAY_MS, HOUR_MS } from "../../lib/time.ts";
import { barriers, openBrowser, openTab } from "./browser.ts";
import { openOutage } from "./outage-world.ts";
import { MINUTE, openWorld, type PageWorld } from "./world.ts";

/** Name, address, and what somebody does there. */
type View = readonly [name: string, address: string, act?: (tab: Tab) => Promise<unknown>];

const VIEWS: readonly View[] = [
  ["fleet", "fleet"],
  ["fleet-unfolded", "fleet", (tab) => tab.locator(".group-tile button").first().press("Enter")],
  ["fleet-search", "fleet?filter=db-3"],
  ["fleet-search-nothing", "fleet?filter=mail"],
  ["incidents", "incidents"],
  ["incidents-parts", "incidents?show=parts"],
  ["incidents-nothing", "incidents?search=mail"],
  ["incidents-silences", "incidents", (tab) => tab.locator(".silences summary").click()],
  ["incidents-before", "incidents", (tab) => tab.locator(".similar summary").nth(1).click()],
  ["host", "host?host=db-23"],
  ["host-week", "host?host=web-02&window=7d"],
  ["host-silent", "host?host=cache-01"],
  ["host-calm", "host?host=cache-07&metric=mem"],
  ["host-learning", "host?host=web-99"],
  ["host-unknown", "host?host=mail-01"],
  ["host-picked", "host?host=db-23&from=1764000000000&to=1764003600000"],
  ["threshold", "threshold"],
  ["threshold-group", "threshold?group=db"],
  ["threshold-host", "threshold?host=db-23"],
  ["labels", "labels"],
  ["labels-all", "labels", (tab) => tab.locator(".more").click()],
];

const [folder = ".", ...chosen] = process.argv.slice(2);
const isWanted = ([name]: View) => chosen.length === 0 || chosen.includes(name);
const { world } = await openOutage({ web: 80, db: 60, cache: 60 }, 50);
await answer(world);
const empty = await openWorld(world.now());
const browser = await openBrowser();
mkdirSync(folder, { recursive: true });
for (const width of [1440, 390])
  for (const colorScheme of ["light", "dark"] as const) {
    const { tab, errors, close } = await openTab(browser, {
      ...{ viewport: { width, height: 900 }, colorScheme, timezoneId: "UTC", bypassCSP: true },
    });
    // A busy machine takes long.
    tab.setDefaultTimeout(120_000);
    for (const view of VIEWS.filter(isWanted)) await shoot(tab, world, view, `${width}-${colorScheme}`);
    await shoot(tab, empty, ["fleet-empty", "fleet"], `${width}-${colorScheme}`);
    await shoot(tab, empty, ["incidents-empty", "incidents"], `${width}-${colorScheme}`);
    await shoot(tab, empty, ["labels-empty", "labels"], `${width}-${colorScheme}`);
    await shoot(tab, empty, ["threshold-empty", "threshold"], `${width}-${colorScheme}`);
    for (const error of errors) console.log(error);
    await close();
  }
await browser.close();
await empty.close();
await world.close();

async function shoot(tab: Tab, { page }: PageWorld, [name, address, act]: View, suffix: string): Promise<void> {
  await tab.goto("about:blank");
  await tab.goto(`${page.url}/#/${address}`);
  await tab.locator("main h1").waitFor();
  await tab.waitForTimeout(1_000);
  await act?.(tab);
  await tab.waitForTimeout(500);
  const height = Number(await tab.evaluate("document.documentElement.scrollHeight"));
  const overflow = await tab.evaluate("document.documentElement.scrollWidth - innerWidth");
  // Charts out of sight are drawn when they come into view.
  for (let top = 0; top < height; top += 700) {
    await tab.evaluate(`scrollTo(0, ${top})`);
    await tab.waitForTimeout(50);
  }
  await tab.evaluate("scrollTo(0, 0)");
  await tab.screenshot({ path: join(folder, `${name}-${suffix}.png`), fullPage: true });
  console.log(`${name}-${suffix}: ${height} px high, ${overflow} px too wide`, await barriers(tab));
}

/** People disagree about an incident, acknowledge one, silence hosts and made a pattern quiet; hosts are new. */
async function answer({ stores, now, pass }: PageWorld): Promise<void> {
  await pass(1, [{ host: "web-99", group: "web" }]);
  const { alerting, incidents } = stores;
  const open = await incidents.feed(now() - HOUR_MS, now(), 200);
  const own = open.find((one) => subjectOf(one) === "web-02");
  const silent = open.find(({ kind }) => kind === "silent");
  if (!own || !silent) throw new Error("the outage lacks an incident");
  await labelIncident(stores, own, { verdict: "false", at: now() - MINUTE, by: "bob", note: "the nightly backup" });
  await labelIncident(stores, own, { verdict: "fault", category: "network", at: now(), by: "ann" });
  await incidents.acknowledge(subjectOf(silent), silent.opened, { at: now(), by: "ann" });
  const lasting = { by: "ann", from: now(), until: now() + 4 * HOUR_MS, revision: 0 };
  await alerting.saveSilence({ id: "SX2V7Q", matcher: { host: "cache-*" }, reason: "kernel updates", ...lasting });
  await alerting.saveSilence({
    ...{ id: "T8KQ2M", matcher: { host: "web-0*", group: "web" }, reason: "move to the other rack", by: "bob" },
    ...{ from: now() + HOUR_MS, until: now() + 3 * HOUR_MS, revision: 0 },
  });
  await alerting.saveQuiet({
    ...{ id: "Q4R7TX", host: "web-31", group: "web", main: { pattern: "disk_write_bytes_per_second high", most: 4e6 } },
    ...{ others: [], by: "bob", reason: "backup", since: now() - DAY_MS, until: now() + 89 * DAY_MS },
    ...{ incidents: 7, revision: 0 },
  });
}
