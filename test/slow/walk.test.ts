// Uses the page as people do, with the commands of docs/dashboard.md and a real browser: a fault appears, gets a label and is weighed against epsilon.
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { localEnvironment } from "../../lib/local/names.ts";
import { type Page, startPage } from "../../lib/page/server.ts";
import { createStores } from "../../lib/store/aws.ts";
import type { Stores } from "../../lib/store/stores.ts";
import { type Running, start } from "../cli/process.ts";
import { barriers, hasBrowser, openBrowser, openTab, testInBrowser } from "../page/browser.ts";
import { tokenOf } from "../page/client.ts";

/**
 * Three hosts with a sample a second, five minutes of them at once. By this seed the spike begins 27 seconds later, and
 * nothing else is strange, whatever the time of the day.
 */
const FLEET = "--live --past 5m --for 1m --interval 1s --hosts 3 --faults spike --seed 15".split(" ");
/** Each view at both widths, for a person to look at. */
const PICTURES = join(import.meta.dirname, "../../node_modules/.cache/fleetwarden/page");
const SECOND = 1_000;
const ME = userInfo().username;

let twin: Running;
let fleet: Running;
let endpoint: string;
let url: string;
let stores: Stores;
let browser: Browser;
/** Closed after each test, whatever happened to it. */
const opened: Page[] = [];
/** The host with the fault, and one without. */
let struck: string;
let calm: string;

beforeAll(async () => {
  if (!hasBrowser) return console.log("no /usr/bin/chromium here: the page is not tried in a browser");
  browser = await openBrowser();
  twin = start(["up", "--no-agent", "--memory", "--port", "0"]);
  [, endpoint = "", url = ""] = await twin.until(/listens at (http:\S+) [\s\S]*in your browser: (http:\S+)/);
  stores = createStores(localEnvironment(endpoint), Date.now, Math.random);
}, 60_000);

afterEach(async () => {
  for (const page of opened.splice(0)) await page.close();
});

afterAll(async () => {
  await browser?.close();
  stores?.close();
  fleet?.kill();
  if (twin) expect(await twin.stop()).toMatchObject({ code: 0, err: "" });
});

testInBrowser("fault, red host, live incident, label, threshold", async () => {
  const overview = await openTab(browser);
  const feed = await openTab(browser);
  await overview.tab.goto(url);
  await feed.tab.goto(`${url}/#/incidents`);
  // The state that a reload would lose.
  for (const { tab } of [overview, feed]) await tab.evaluate(() => Object.assign(globalThis, { notReloaded: true }));

  fleet = start(["demo", "generate", ...FLEET, "--endpoint", endpoint]);
  [, struck = ""] = await fleet.until(/spike on (\S+)/);
  calm = struck === "web-01" ? "web-02" : "web-01";
  await overview.tab.locator(`.tile[data-level="normal"] >> text=${struck}`).waitFor();
  await overview.tab.getByRole("heading", { level: 1, name: "All calm" }).waitFor();
  expect(await feed.tab.getByRole("article").count()).toBe(0);

  await overview.tab.locator(`.tile[data-level="warning"] >> text=${struck}`).waitFor({ timeout: 60 * SECOND });
  expect(await overview.tab.locator(".grid li").first().textContent()).toMatch(
    new RegExp(`${struck}.*cpu_busy_percent high`),
  );
  await overview.tab.getByRole("heading", { level: 1, name: "1 host in trouble" }).waitFor();
  const incident = feed.tab.getByRole("article");
  await incident.waitFor();
  expect(await incident.textContent()).toMatch(new RegExp(`Warning.*${struck}.*open.*cpu_busy_percent.*high`));
  await feed.tab.locator("#announce", { hasText: `New incident: ${struck}, warning` }).waitFor({ state: "attached" });

  const fault = incident.getByRole("button", { name: "Real fault" });
  await fault.focus();
  await feed.tab.keyboard.press("Enter");
  await feed.tab.getByText(`Real fault, says ${ME}. The next refit learns from it.`).waitFor();
  expect(await fault.getAttribute("aria-pressed")).toBe("true");
  const [first] = await stores.incidents.ofHost(struck, Date.now() - 3_600 * SECOND, Date.now());
  expect(first?.label).toMatchObject({ verdict: "fault", by: ME });

  await feed.tab.goto(`${url}/#/threshold?host=${struck}`);
  await feed.tab.locator("dd", { hasText: "1 of 1" }).waitFor();
  await feed.tab.getByRole("img", { name: /No incident: .* samples, .* above ε; Real fault: .* samples?/ }).waitFor();
  await feed.tab.getByRole("slider").press("End");
  await feed.tab.locator("dd", { hasText: "0 of 1" }).waitFor();
  for (const { tab, errors, close } of [overview, feed]) {
    expect(await tab.evaluate(() => "notReloaded" in globalThis)).toBe(true);
    expect(errors).toEqual([]);
    await close();
  }
  // The next steps take the fleet as it is now.
  await fleet.stop();
});

testInBrowser("an epsilon is set for a host, and its version rolled back", async () => {
  const owner = `host#${calm}`;
  const versionOf = async () => (await stores.baselines.current(owner))?.version ?? 0;
  const version = await versionOf();
  const { tab, errors, close } = await openTab(browser);
  await tab.goto(`${url}/#/threshold?host=${calm}`);
  await tab.getByRole("button", { name: `Use it for ${calm}` }).click();
  await tab.getByText(`Done. It is version ${version + 1}`).waitFor();
  await tab.getByRole("button", { name: `Roll back to version ${version}` }).click();
  await tab.getByText(`Back to version ${version}. It is version ${version + 2}`).waitFor();
  expect(await stores.baselines.current(owner)).toMatchObject({
    version: version + 2,
    from: version,
    by: ME,
  });
  expect(errors).toEqual([]);
  await close();
});

testInBrowser("a lost connection is said; when another process answers, the page takes its token", async () => {
  const options = { stores, clock: Date.now, everyMs: 50, by: "bob", log: () => {} };
  const first = await startPage({ ...options, port: 0 });
  opened.push(first);
  const { tab, close } = await openTab(browser);
  await tab.goto(`${first.url}/#/incidents`);
  const incident = tab.getByRole("article").filter({ hasText: struck });
  await incident.waitFor();
  await first.close();
  await tab.getByText("Connection lost, trying again").waitFor();
  const second = await startPage({ ...options, port: Number(new URL(first.url).port) });
  opened.push(second);
  await tab.getByText("Live", { exact: true }).waitFor();
  await tab.locator(`meta[name="token"][content="${await tokenOf(second.url)}"]`).waitFor({ state: "attached" });
  await incident.getByRole("button", { name: "I am on it" }).click();
  await tab.getByText("bob is on it").waitFor();
  await close();
});

for (const [scheme, width] of [
  ["light", 1440],
  ["dark", 360],
] as const) {
  testInBrowser(`nothing bars anybody, and nothing overflows: ${scheme}, ${width} pixels wide`, async () => {
    // Axe itself is a script of no file.
    const options = { viewport: { width, height: 800 }, colorScheme: scheme, bypassCSP: true };
    const { tab, errors, close } = await openTab(browser, options);
    for (const view of viewsOf(struck)) {
      await tab.goto(`${url}/#/${view}`);
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

function viewsOf(host: string): readonly string[] {
  return ["fleet", "incidents", `host?host=${host}`, "threshold", `threshold?host=${host}`, "labels"];
}
