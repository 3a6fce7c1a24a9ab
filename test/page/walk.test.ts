// The page as people use it, in a real browser: a fault is injected, seen, labelled, and weighed against epsilon.
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { startPage } from "../../lib/page/server.ts";
import { START } from "../factories.ts";
import { barriers, hasBrowser, openBrowser, openTab } from "./browser.ts";
import { tokenOf } from "./client.ts";
import { openWorld, type PageWorld } from "./world.ts";

const HOSTS = ["web-07", "web-08", "db-01"].map((host) => ({ host, group: host.slice(0, host.indexOf("-")) }));
const VIEWS = ["fleet", "incidents", "host?host=web-07", "threshold", "threshold?host=web-07", "labels"];
/** Each view at both widths, for whoever wants to look. */
const PICTURES = join(import.meta.dirname, "../../node_modules/.cache/fleetwarden/page");
let world: PageWorld;
let browser: Browser;

beforeAll(async () => {
  if (!hasBrowser) return console.log("no /usr/bin/chromium here: the page is not tried in a browser");
  world = await openWorld(START);
  await world.pass(14, HOSTS);
  browser = await openBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const testInBrowser = (name: string, work: () => Promise<void>) =>
  test(hasBrowser ? name : `${name} (skipped, no browser here)`, hasBrowser ? work : () => {}, 60_000);

testInBrowser("fault, red host, live incident, label, threshold", async () => {
  const { tab, errors, close } = await openTab(browser);
  await tab.goto(world.page.url);
  const tile = tab.getByRole("link", { name: /web-07/ });
  await tile.waitFor();
  expect(await tile.getAttribute("data-level")).toBe("normal");
  expect(await tab.getByRole("heading", { level: 1 }).textContent()).toBe("All calm");
  // What a reload would lose.
  await tab.evaluate(() => Object.assign(globalThis, { notReloaded: true }));

  await world.pass(1, HOSTS, ["web-07"]);
  await tab.locator('[data-level="critical"] >> text=web-07').waitFor();
  expect(await tab.locator(".grid li").first().textContent()).toContain("cpu_busy_percent high");
  expect(await tab.getByRole("heading", { level: 1 }).textContent()).toBe("1 host in trouble");

  await tab
    .getByRole("navigation")
    .getByRole("link", { name: /Incidents/ })
    .click();
  const incident = tab.getByRole("article");
  await incident.waitFor();
  expect(await incident.textContent()).toMatch(/Critical.*web-07.*open.*cpu_busy_percent.*high/);

  await world.pass(1, HOSTS, ["web-07", "db-01"]);
  await tab.getByRole("article").filter({ hasText: "db-01" }).waitFor();
  expect(await tab.locator("#announce").textContent()).toContain("New incident: db-01");

  const fault = tab.getByRole("article").filter({ hasText: "web-07" }).getByRole("button", { name: "Real fault" });
  await fault.focus();
  await tab.keyboard.press("Enter");
  await tab.getByText("Real fault, says ann. The next refit learns from it.").waitFor();
  expect(await fault.getAttribute("aria-pressed")).toBe("true");
  const [first] = await world.stores.incidents.ofHost("web-07", START, world.now());
  expect(first?.label).toMatchObject({ verdict: "fault", by: "ann" });

  const card = tab.getByRole("article").filter({ hasText: "web-07" });
  const note = card.getByLabel("Note");
  await note.focus();
  await tab.keyboard.type("a stuck job");
  await world.pass(1, HOSTS, ["web-07"]);
  await card.getByText("for 3 min").waitFor();
  // What happens meanwhile takes nothing away from who writes.
  await tab.keyboard.type(" again");
  await tab.keyboard.press("Enter");
  await card.getByText("Real fault, says ann: “a stuck job again”. The next refit learns from it.").waitFor();
  await fault.press("Enter");
  expect(await note.inputValue()).toBe("a stuck job again");
  const [noted] = await world.stores.incidents.ofHost("web-07", START, world.now());
  expect(noted?.label).toMatchObject({ verdict: "fault", note: "a stuck job again" });

  await tab.goto(`${world.page.url}/#/threshold?host=web-07`);
  await tab.locator("dd", { hasText: "1 of 1" }).waitFor();
  await tab.getByRole("img", { name: /No incident: .* samples, .* above ε; Real fault: .* samples/ }).waitFor();
  await tab.getByRole("slider").press("End");
  await tab.locator("dd", { hasText: "0 of 1" }).waitFor();
  expect(await tab.evaluate(() => "notReloaded" in globalThis)).toBe(true);
  expect(errors).toEqual([]);
  await close();
});

testInBrowser(
  "an incident that was labelled in the queue stays for a note until the focus goes elsewhere",
  async () => {
    const { tab, errors, close } = await openTab(browser);
    await tab.goto(`${world.page.url}/#/labels`);
    const card = tab.getByRole("article").filter({ hasText: "db-01" });
    await card.getByRole("button", { name: "Not sure" }).press("Enter");
    await card.getByText("Not sure, says ann").waitFor();
    await world.pass(1, HOSTS);
    await tab.getByText(/2 incidents of the last 30 days labelled/).waitFor();
    await card.getByLabel("Note").fill("ask the owners");
    await card.getByRole("button", { name: "Save the note" }).click();
    await card.getByText("Not sure, says ann: “ask the owners”").waitFor();
    await tab.getByRole("link", { name: "Fleetwarden" }).focus();
    await world.pass(1, HOSTS);
    await card.waitFor({ state: "detached" });
    expect(errors).toEqual([]);
    await close();
  },
);

testInBrowser("an epsilon is set for a host, and its version rolled back", async () => {
  const { tab, errors, close } = await openTab(browser);
  await tab.goto(`${world.page.url}/#/threshold?host=web-08`);
  await tab.getByRole("button", { name: "Use it for web-08" }).click();
  await tab.getByText("Done. It is version 2").waitFor();
  await tab.getByRole("button", { name: "Roll back to version 1" }).click();
  await tab.getByText("Back to version 1. It is version 3").waitFor();
  expect((await world.stores.baselines.current("host#web-08"))?.report).toMatchObject({
    version: 3,
    from: 1,
    by: "ann",
  });
  expect(errors).toEqual([]);
  await close();
});

testInBrowser("a host's page says how much of it came twice, late, or could not be read", async () => {
  const state = (await world.stores.hosts.load(["web-08"])).get("web-08")!;
  await world.stores.hosts.save({ ...state, ingest: { duplicates: 1_234, late: 3, rejected: 0 } });
  const { tab, errors, close } = await openTab(browser);
  await tab.goto(`${world.page.url}/#/host?host=web-08`);
  for (const [fact, value] of [
    ["Duplicates", "1,234"],
    ["Late", "3"],
    ["Rejected", "0"],
  ]) {
    await tab.locator("dt", { hasText: new RegExp(`^${fact}$`) }).waitFor();
    expect(await tab.locator(`dt:text-is("${fact}") + dd`).textContent()).toBe(value);
  }
  expect(errors).toEqual([]);
  await close();
});

testInBrowser("a lost connection is said; when another process answers, the page takes its token", async () => {
  const options = { stores: world.stores, clock: world.now, everyMs: 50, by: "bob", log: () => {} };
  const first = await startPage({ ...options, port: 0 });
  const { tab, close } = await openTab(browser);
  await tab.goto(`${first.url}/#/incidents`);
  const incident = tab.getByRole("article").filter({ hasText: "db-01" });
  await incident.waitFor();
  await first.close();
  await tab.getByText("Connection lost, trying again").waitFor();
  const second = await startPage({ ...options, port: Number(new URL(first.url).port) });
  await tab.getByText("Live", { exact: true }).waitFor();
  await tab.waitForFunction(`document.querySelector('meta[name="token"]').content === "${await tokenOf(second.url)}"`);
  await incident.getByRole("button", { name: "I am on it" }).click();
  await tab.getByText("bob is on it").waitFor();
  await close();
  await second.close();
});

for (const [scheme, width] of [
  ["light", 1440],
  ["dark", 360],
] as const) {
  testInBrowser(`nothing bars anybody, and nothing overflows: ${scheme}, ${width} pixels wide`, async () => {
    // Axe itself is a script of no file.
    const options = { viewport: { width, height: 800 }, colorScheme: scheme, bypassCSP: true };
    const { tab, errors, close } = await openTab(browser, options);
    for (const view of VIEWS) {
      await tab.goto(`${world.page.url}/#/${view}`);
      await tab.locator("main h1").waitFor();
      await tab.waitForTimeout(300);
      expect([view, await barriers(tab)]).toEqual([view, []]);
      const overflow = await tab.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect([view, overflow]).toEqual([view, 0]);
      await tab.screenshot({ path: join(PICTURES, `${view.replace(/\W+/g, "-")}-${width}.png`) });
    }
    expect(errors).toEqual([]);
    await close();
  });
}
