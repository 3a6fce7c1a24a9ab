// Takes pictures of every view during an outage: 50 of 200 hosts are in one incident of their group.
// Each view is taken at two widths and in both schemes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { barriers, openBrowser, openTab } from "./browser.ts";
import { openOutage } from "./outage-world.ts";

const [folder = "."] = process.argv.slice(2);
const VIEWS = ["fleet", "incidents", "host?host=db-23", "host?host=web-02&window=7d", "threshold?group=db", "labels"];

const { world } = await openOutage({ web: 80, db: 60, cache: 60 }, 50);
const browser = await openBrowser();
mkdirSync(folder, { recursive: true });
for (const width of [1440, 390])
  for (const colorScheme of ["light", "dark"] as const) {
    const { tab, errors, close } = await openTab(browser, {
      ...{ viewport: { width, height: 900 }, colorScheme, timezoneId: "UTC", bypassCSP: true },
    });
    // A busy machine takes long.
    tab.setDefaultTimeout(120_000);
    for (const view of VIEWS) {
      await tab.goto("about:blank");
      await tab.goto(`${world.page.url}/#/${view}`);
      await tab.locator("main h1").waitFor();
      await tab.waitForTimeout(2_000);
      const name = view.replace(/\W+/g, "-");
      await tab.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
      const height = await tab.evaluate("document.documentElement.scrollHeight");
      const overflow = await tab.evaluate("document.documentElement.scrollWidth - innerWidth");
      console.log(`${name} ${width} ${colorScheme}: ${height} px high, ${overflow} px too wide`, await barriers(tab));
    }
    for (const error of errors) console.log(error);
    await close();
  }
await browser.close();
await world.close();
