// The page's view of one incident and one host, in a real browser over made-up hosts in virtual time.
import type { Browser } from "playwright-core";
import { START } from "../factories.ts";
import { barriers, hasBrowser, openBrowser, openTab, testInBrowser } from "./browser.ts";
import { openWorld, type PageWorld } from "./world.ts";

const HOSTS = ["web-07", "web-08", "db-01"].map((host) => ({ host, group: host.slice(0, host.indexOf("-")) }));
let world: PageWorld;
let browser: Browser;

beforeAll(async () => {
  if (!hasBrowser) return console.log("no /usr/bin/chromium here: the page is not tried in a browser");
  world = await openWorld(START);
  await world.pass(14, HOSTS);
  await world.pass(2, HOSTS, ["web-07", "db-01"]);
  browser = await openBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

testInBrowser(
  "a label takes a note and the kind of a fault, and what happens meanwhile takes nothing away from who writes it",
  async () => {
    const { tab, errors, close } = await openTab(browser);
    await tab.goto(`${world.page.url}/#/incidents`);
    const card = tab.getByRole("article").filter({ hasText: "web-07" });
    const fault = card.getByRole("button", { name: "Real fault" });
    await fault.press("Enter");
    const note = card.getByLabel("Note");
    await card.getByLabel("Kind").selectOption("software");
    await note.focus();
    await tab.keyboard.type("a stuck job");
    await world.pass(1, HOSTS, ["web-07"]);
    await card.getByText("for 3 min").waitFor();
    await tab.keyboard.type(" again");
    await tab.keyboard.press("Enter");
    await card
      .getByText("Real fault, software, says ann: “a stuck job again”. The next refit learns from it.")
      .waitFor();
    await fault.press("Enter");
    expect(await note.inputValue()).toBe("a stuck job again");
    const [noted] = await world.stores.incidents.ofHost("web-07", START, world.now());
    expect(noted?.label).toMatchObject({ verdict: "fault", category: "software", note: "a stuck job again" });
    expect(errors).toEqual([]);
    await close();
  },
);

testInBrowser(
  "an incident that was labelled in the queue stays for a note until the focus goes elsewhere",
  async () => {
    const { tab, errors, close } = await openTab(browser);
    await tab.goto(`${world.page.url}/#/labels`);
    const card = tab.getByRole("article").filter({ hasText: "db-01" });
    await card.getByRole("button", { name: "Not sure" }).press("Enter");
    await card.getByText("Not sure, says ann").waitFor();
    expect(await card.getByLabel("Kind").isVisible()).toBe(false);
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

testInBrowser("what is quiet says since when, by whom and why, and a press withdraws it", async () => {
  const quiet = {
    ...{ id: "K7Q2RT", host: "web-07", group: "web", main: { pattern: "high cpu_busy_percent", most: 90 }, others: [] },
    ...{ by: "anna", reason: "nightly report", since: Date.UTC(2026, 10, 12, 9), incidents: 4, revision: 0 },
  };
  await world.stores.alerting.saveQuiet({ ...quiet, until: world.now() + 86_400_000 });
  const { tab, errors, close } = await openTab(browser);
  await tab.goto(`${world.page.url}/#/labels`);
  const row = tab.getByRole("listitem").filter({ hasText: "K7Q2RT" });
  await row.getByText(/quiet since 12 Nov.* by anna: nightly report, 4 incidents/).waitFor();
  expect(await barriers(tab)).toEqual([]);
  await row.getByRole("button", { name: "Withdraw quiet pattern K7Q2RT" }).press("Enter");
  await tab.getByText("web-07, cpu_busy_percent high, brings messages again.").waitFor();
  await tab.getByText("Nothing: every incident brings messages.").waitFor();
  expect((await world.stores.alerting.quiets()).map(({ until }) => until)).toEqual([world.now()]);
  expect(errors).toEqual([]);
  await close();
});
