// The page of one host that sends nothing, in a real browser over states that the test writes.
import type { Browser } from "playwright-core";
import { MINUTE_MS } from "../../lib/time.ts";
import { anIncident, aSilentIncident, NOON } from "../contract/examples.ts";
import { hasBrowser, openBrowser, openTab, testInBrowser } from "./browser.ts";
import { changer } from "./client.ts";
import { openFilled } from "./filled.ts";

const SILENT = aSilentIncident("db-01", { id: "SLNT22", opened: NOON - 30 * MINUTE_MS });
const BEFORE = { newest: SILENT.opened, arrived: SILENT.opened, since: NOON - 300 * MINUTE_MS };
let browser: Browser;

beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});

afterAll(() => browser?.close());

async function openSilent() {
  const filled = await openFilled();
  await filled.stores.incidents.save(SILENT);
  await filled.put("db-01", { ...BEFORE, incident: SILENT });
  return filled;
}

testInBrowser("a silent host's page shows at once who is on the incident, and a label that somebody adds", async () => {
  const { page, stores } = await openSilent();
  const { tab, errors, close } = await openTab(browser, { timezoneId: "UTC" });
  await tab.goto(`${page.url}/#/host?host=db-01`);
  await tab.getByText(/^Since 11:30, for 30 min\. Incident SLNT22\.$/).waitFor();
  const act = await changer(page.url);
  await act("acknowledge", { host: "db-01", opened: SILENT.opened });
  await tab.locator(".why", { hasText: "ann is on it. Incident SLNT22." }).waitFor();
  await tab.getByLabel("From").last().fill("2026-11-22T09:00");
  await tab.getByLabel("To", { exact: true }).last().fill("2026-11-22T10:00");
  await tab.getByRole("button", { name: "Label this time" }).click();
  await tab.getByText("Stored. The next refit counts it.").waitFor();
  const [stored] = await stores.alerting.timeLabels();
  const back = tab.getByRole("button", { name: `Take back label ${stored?.id}` });
  await back.click();
  await back.waitFor({ state: "detached" });
  expect(errors).toEqual([]);
  await close();
  await page.close();
});

testInBrowser("a host's page says how far its clock is wrong, and that the scorer corrects its times", async () => {
  const { page, put } = await openFilled();
  await put("db-01", { clock: { corrections: [{ offset: 120 * MINUTE_MS, after: NOON - MINUTE_MS }] } });
  const { tab, errors, close } = await openTab(browser);
  await tab.goto(`${page.url}/#/host?host=db-01`);
  await tab
    .getByText("2 h behind, which looks like local time without a zone: the scorer corrects its times")
    .waitFor();
  expect(errors).toEqual([]);
  await close();
  await page.close();
});

testInBrowser("a link or button keeps the focus while data arrive", async () => {
  const { page, stores, put, pass } = await openFilled();
  const incident = anIncident("db-01");
  await stores.incidents.save(incident);
  await put("db-01", { incident, seen: 1 });
  const about = { from: NOON - 120 * MINUTE_MS, to: NOON - 60 * MINUTE_MS };
  await stores.alerting.saveTimeLabel({
    ...{ id: "TIME22", about: { host: "db-01" }, ...about, label: { verdict: "fault", at: NOON, by: "ann" } },
  });
  const { tab, errors, close } = await openTab(browser);
  let peaks = 3;
  for (const [view, role, name] of [
    ["fleet", "link", "db-01"],
    ["incidents", "link", "db-01"],
    ["host?host=db-01", "link", "ABC234"],
    ["host?host=db-01", "link", "what another epsilon would change"],
    ["host?host=db-01", "button", "Take back label TIME22"],
  ] as const) {
    await tab.goto(`${page.url}/#/${view}`);
    const one = tab.locator("main").getByRole(role, { name }).first();
    await one.focus();
    peaks++;
    pass(MINUTE_MS);
    const grown = anIncident("db-01", { samples: peaks, anomalies: peaks, revision: peaks });
    await stores.incidents.save(grown);
    await put("db-01", { incident: grown, seen: peaks });
    await tab.waitForTimeout(3_000);
    expect([name, await one.evaluate((element) => element.ownerDocument.activeElement === element)]).toEqual([
      name,
      true,
    ]);
  }
  expect(errors).toEqual([]);
  await close();
  await page.close();
});
