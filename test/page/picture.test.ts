// Which incidents a picture of the fleet holds, what changes between two, and how the page shows both.
import type { Browser } from "playwright-core";
import { changeOf, createCamera } from "../../lib/page/picture.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import type { Stores } from "../../lib/store/stores.ts";
import { DAY_MS, MINUTE_MS } from "../../lib/time.ts";
import { anIncident, aSilentIncident, aState, NOON } from "../contract/examples.ts";
import { hasBrowser, openBrowser, openTab, testInBrowser } from "./browser.ts";
import { openFilled } from "./filled.ts";

const SILENT = aSilentIncident("db-01", { id: "SLNT22", opened: NOON - 10 * DAY_MS, noticed: NOON - 10 * DAY_MS });
let browser: Browser;

beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});

afterAll(() => browser?.close());

/** Incidents of half an hour each that are over, the newest a minute ago: more than a picture holds. */
async function saveResolved({ incidents }: Stores, amount = 250): Promise<void> {
  for (let i = 0; i < amount; i++) {
    const resolved = NOON - MINUTE_MS - i * 30 * MINUTE_MS;
    await incidents.save(
      anIncident(`app-${String(i).padStart(3, "0")}`, { id: `APP${i}`, opened: resolved - 30 * MINUTE_MS, resolved }),
    );
  }
}

test("a change names an open incident that leaves the picture when it resolves", async () => {
  const stores = createMemoryStores(() => NOON);
  await saveResolved(stores);
  await stores.incidents.save(SILENT);
  await stores.hosts.save(aState("db-01", { incident: SILENT }));
  const camera = createCamera(stores);
  const before = await camera.take(NOON);
  const key = `db-01 ${SILENT.opened}`;
  expect(before.incidents.get(key)).toMatchObject({ id: "SLNT22", resolved: undefined });
  await stores.incidents.save({ ...SILENT, revision: 2, resolved: NOON });
  await stores.hosts.save(aState("db-01", { revision: 1 }));
  camera.forget();
  const change = changeOf(before, await camera.take(NOON));
  expect(change).toMatchObject({ cards: [{ host: "db-01", status: "learning" }], left: [key] });
});

testInBrowser("an old incident that resolves is open on no view any more", async () => {
  const { page, stores, put, pass } = await openFilled();
  const { tab, errors, close } = await openTab(browser);
  await saveResolved(stores);
  await stores.incidents.save(SILENT);
  await put("db-01", { incident: SILENT });
  await tab.goto(`${page.url}/#/incidents?show=open`);
  const card = tab.getByRole("article").filter({ hasText: "SLNT22" });
  await card.waitFor();
  await stores.incidents.save({ ...SILENT, revision: 2, resolved: NOON });
  await put("db-01");
  pass(MINUTE_MS);
  await tab.getByText("Nothing is open.").waitFor();
  await card.waitFor({ state: "detached" });
  expect(await tab.locator("#open-count").isVisible()).toBe(false);
  expect(errors).toEqual([]);
  await close();
  await page.close();
});

testInBrowser(
  "everybody can reach each incident of the last 30 days, also those newer than an old open one",
  async () => {
    const { page, stores, put } = await openFilled();
    const { tab, errors, close } = await openTab(browser);
    await saveResolved(stores, 350);
    await stores.incidents.save(SILENT);
    await put("db-01", { incident: SILENT });
    await tab.goto(`${page.url}/#/incidents?search=app-34`);
    await tab.getByText("None among the 200 incidents read so far.").waitFor();
    const more = tab.getByRole("button", { name: "Look for older ones" });
    await more.click();
    await tab.getByText("None among the 201 incidents read so far.").waitFor();
    await more.click();
    await tab.getByText("None among the 301 incidents read so far.").waitFor();
    await more.click();
    const titles = tab.locator("article h3");
    await titles.first().waitFor();
    expect(await titles.allTextContents()).toEqual(Array.from({ length: 10 }, (_, i) => `app-34${i}`));
    await tab.getByLabel("Search").fill("mail-01");
    await tab.getByText("None among the 351 incidents read so far.").waitFor();
    await more.click();
    await tab.getByText("No such incidents in the last 30 days.").waitFor();
    expect(await more.isVisible()).toBe(false);
    expect(errors).toEqual([]);
    await close();
    await page.close();
  },
);
