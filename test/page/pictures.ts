// Takes the pictures of docs/images, and with a folder named more of them, to look at: each view at two widths.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { labelIncident } from "../../lib/alert/label.ts";
import { openBrowser } from "./browser.ts";
import { openWorld } from "./world.ts";

const [folder] = process.argv.slice(2);
const docs = join(import.meta.dirname, "../../docs/images");
const HOSTS = Array.from({ length: 60 }, (_, i) => {
  const group = ["web", "db", "cache"][i % 3] ?? "web";
  return { host: `${group}-${String(1 + Math.floor(i / 3)).padStart(2, "0")}`, group };
});
const VIEWS = ["fleet", "incidents", "host?host=web-07", "threshold?group=web", "threshold?host=web-03", "labels"];
const IN_DOCS = [
  ["fleet", "light", "fleet.png", 1440, 800],
  ["host?host=web-07", "dark", "host.png", 1440, 800],
  ["threshold?host=web-03", "light", "threshold.png", 1440, 900],
  ["incidents", "light", "incidents-phone.png", 360, 780],
] as const;

const world = await openWorld(Date.UTC(2026, 10, 24, 9));
await world.pass(60, HOSTS);
for (const faulty of [["web-03"], ["db-05"], ["web-03", "web-12"], ["cache-02"]]) {
  await world.pass(2, HOSTS, faulty);
  await world.pass(16, HOSTS);
}

const found = await world.stores.incidents.feed(world.now() - 86_400_000, world.now(), 100);
for (const [i, incident] of found.entries()) {
  const verdict = (["fault", "false", "fault"] as const)[i % 4];
  if (verdict) await labelIncident(world.stores, incident, { verdict, at: world.now(), by: "ann" });
}
const SENDING = HOSTS.filter(({ host }) => host !== "cache-09");
await world.pass(6, SENDING, ["web-07"]);
await world.pass(1, [...SENDING, { host: "web-21", group: "web" }], ["web-07", "db-11"]);
await world.sweep();

const browser = await openBrowser();
const shoot = async (view: string, width: number, scheme: "light" | "dark", path: string, height = 900) => {
  const tab = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, timezoneId: "UTC" });
  await tab.goto(`${world.page.url}/#/${view}`);
  await tab.locator("main h1").waitFor();
  await tab.waitForTimeout(1_500);
  await tab.screenshot({ path });
  await tab.close();
};
mkdirSync(docs, { recursive: true });
for (const [view, scheme, name, width, height] of IN_DOCS) await shoot(view, width, scheme, join(docs, name), height);
if (folder !== undefined) {
  for (const view of VIEWS) {
    const name = view.replace(/\W+/g, "-");
    await shoot(view, 1440, "light", join(folder, `${name}-wide.png`));
    await shoot(view, 1440, "dark", join(folder, `${name}-dark.png`));
    await shoot(view, 360, "dark", join(folder, `${name}-narrow.png`), 780);
  }
}
await browser.close();
await world.close();
