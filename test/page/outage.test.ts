// An outage on the page: many hosts of a group in one incident, in a real browser over made-up hosts in virtual time.
import type { Browser } from "playwright-core";
import { barriers, hasBrowser, openBrowser, openTab, testInBrowser } from "./browser.ts";
import { openOutage } from "./outage-world.ts";
import { openWorld, type PageWorld } from "./world.ts";

let world: PageWorld;
let goOn: Awaited<ReturnType<typeof openOutage>>["goOn"];
let browser: Browser;

beforeAll(async () => {
  if (!hasBrowser) return console.log("no /usr/bin/chromium here: the page is not tried in a browser");
  ({ world, goOn } = await openOutage({ web: 30, db: 12, cache: 3 }, 10));
  browser = await openBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

testInBrowser(
  "the fleet has one line and one tile for a group's incident, which shows its hosts when pressed",
  async () => {
    const { tab, errors, close } = await openTab(browser);
    await tab.goto(world.page.url);
    await tab.getByRole("heading", { level: 1, name: "12 hosts in trouble" }).waitFor();
    expect(await tab.locator(".lines li strong").allTextContents()).toEqual([
      "Group db: 10 of 12 hosts",
      "web-02",
      "cache-01",
    ]);
    expect((await tab.locator(".legend li").allTextContents()).slice(0, 3)).toEqual([
      "▲ critical incident",
      "◼ silent",
      "△ warning incident",
    ]);
    const group = tab.getByRole("button", {
      name: /Critical: Group db: 10 of 12 hosts.*cpu_busy_percent high.*and 7 more/,
    });
    const host = tab.locator(".tile", { hasText: "db-03" });
    expect(await host.isVisible()).toBe(false);
    await group.press("Enter");
    await host.waitFor();
    expect(await host.textContent()).toContain("cpu_busy_percent high");
    expect(await tab.locator(".grid li:visible").first().textContent()).toContain("Group db");
    await tab.getByRole("button", { name: "Hide 10 hosts" }).press("Enter");
    await host.waitFor({ state: "hidden" });
    expect(errors).toEqual([]);
    await close();
  },
);

testInBrowser("a phone shows thirty tiles, the worst first, and the rest when somebody asks", async () => {
  const { tab, errors, close } = await openTab(browser, { viewport: { width: 390, height: 800 } });
  await tab.goto(world.page.url);
  await tab.locator(".tile:visible", { hasText: "web-02" }).waitFor();
  const names = (await tab.locator(".tile:visible strong").allTextContents()).slice(0, 3);
  expect(names).toEqual(["Critical: Group db: 10 of 12 hosts", "web-02", "cache-01"]);
  expect(await tab.locator(".tile:visible").count()).toBe(30);
  const more = tab.getByRole("button", { name: "Show all calm hosts" });
  await more.focus();
  await tab.keyboard.press("Enter");
  // One tile stands for ten of the 45 hosts.
  expect(await tab.locator(".tile:visible").count()).toBe(36);
  await tab.getByRole("button", { name: "Show fewer calm hosts" }).press("Enter");
  expect(await tab.locator(".tile:visible").count()).toBe(30);
  await tab.setViewportSize({ width: 1000, height: 800 });
  expect(await tab.locator(".tile:visible").count()).toBe(36);
  expect(errors).toEqual([]);
  await close();
});

testInBrowser("a name that no host has leads to one sentence, and to nothing that looks like a host", async () => {
  const { tab, close } = await openTab(browser, { bypassCSP: true });
  await tab.goto(`${world.page.url}/#/host?host=mail-01`);
  await tab.getByText("No host mail-01 has sent anything: is that its name?").waitFor();
  for (const words of ["Reading…", "alert limit", "Search metrics", "Label this time"])
    expect(await tab.getByText(words, { exact: true }).isVisible()).toBe(false);
  expect(await barriers(tab)).toEqual([]);
  await close();
});

testInBrowser("a silent host's values are said to be its last", async () => {
  const { tab, close } = await openTab(browser);
  await tab.goto(`${world.page.url}/#/host?host=cache-01`);
  await tab
    .locator(".metric-card .value strong", { hasText: /^last [\d.]+ %$/ })
    .first()
    .waitFor();
  await tab.goto(`${world.page.url}/#/host?host=cache-02`);
  await tab
    .locator(".metric-card .value strong", { hasText: /^[\d.]+ %$/ })
    .first()
    .waitFor();
  await close();
});

testInBrowser("a filter finds hosts inside a group's incident, and stays when somebody comes back", async () => {
  const { tab, close } = await openTab(browser);
  await tab.goto(world.page.url);
  await tab.getByLabel("Search").fill("db-03");
  await tab.getByText("1 of 45 hosts").waitFor();
  await tab.locator(".tile:visible", { hasText: "db-03" }).click();
  await tab.getByText(/^Part of Group db: 10 of 12 hosts: cpu_busy_percent high/).waitFor();
  await tab.goBack();
  await tab.getByText("1 of 45 hosts").waitFor();
  expect(await tab.getByLabel("Search").inputValue()).toBe("db-03");
  await close();
});

testInBrowser("incidents begin with the group's, in place of those of its hosts", async () => {
  const { tab, close } = await openTab(browser);
  await tab.goto(`${world.page.url}/#/incidents`);
  const titles = tab.locator("article h3");
  await titles.first().waitFor();
  expect((await titles.allTextContents()).slice(0, 3)).toEqual(["Group db: 10 of 12 hosts", "web-02", "cache-01"]);
  await tab.getByRole("button", { name: "Hosts of group incidents" }).click();
  await tab.locator("article h3", { hasText: "db-10" }).waitFor();
  expect(await titles.count()).toBe(10);
  await tab.reload();
  await tab.locator("article h3", { hasText: "db-10" }).waitFor();
  await close();
});

testInBrowser("a group's incident is the first question, and its label is that of its hosts", async () => {
  const { tab, close } = await openTab(browser);
  await tab.goto(`${world.page.url}/#/labels`);
  const first = tab.locator("article").first();
  await first.getByRole("heading", { name: "Group db: 10 of 12 hosts" }).waitFor();
  expect(await tab.locator("article", { hasText: /part of/ }).count()).toBe(0);
  await first.getByRole("button", { name: "Real fault" }).click();
  await first.getByText("Real fault, says ann").waitFor();
  const [part] = await world.stores.incidents.ofHost("db-03", 0, world.now());
  expect(part?.label).toMatchObject({ verdict: "fault" });
  await close();
});

testInBrowser(
  "dragging over a chart zooms all of them; the address has the time, and Back has the window before",
  async () => {
    const { tab, errors, close } = await openTab(browser);
    await tab.goto(`${world.page.url}/#/host?host=db-03&window=7d`);
    const plot = tab.getByRole("img", { name: /^cpu_busy_percent, 7 days: \d+ anomalies$/ }).locator(".u-over");
    await tab.getByRole("img", { name: /^Score, 7 days: / }).waitFor();
    const box = await plot.boundingBox();
    if (!box) throw new Error("the chart is not visible");
    const at = (share: number) => [box.x + share * box.width, box.y + box.height / 2] as const;
    await tab.mouse.move(...at(0.25));
    await tab.mouse.down();
    await tab.mouse.move(...at(0.5), { steps: 4 });
    await tab.mouse.up();
    await tab
      .getByRole("img", { name: /^cpu_busy_percent, .* to .*: 0 anomalies, no samples in this time$/ })
      .waitFor();
    const asked = new URLSearchParams(tab.url().split("?")[1]);
    const [from, to] = [Number(asked.get("from")), Number(asked.get("to"))];
    // A quarter of seven days, give or take what the pointer rounds.
    expect(Math.abs((to - from) / 3_600_000 - 42)).toBeLessThan(2);
    expect(await tab.locator('[aria-label="How far back"] [aria-pressed="true"]').count()).toBe(0);
    await tab.goBack();
    await tab.getByRole("img", { name: /^cpu_busy_percent, 7 days: / }).waitFor();
    await tab.getByRole("button", { name: "1 hour" }).click();
    await tab.getByRole("img", { name: /^cpu_busy_percent, 1 hour: / }).waitFor();
    expect(tab.url()).toContain("window=1h");
    const picker = tab.getByRole("form", { name: "Time of the charts" });
    await picker.getByLabel("From").fill("2026-11-24T09:05:00");
    await picker.getByLabel("To").fill("2026-11-24T09:01:00");
    await picker.getByRole("button", { name: "Show" }).click();
    await tab.getByText("From must be before To.").waitFor();
    expect(errors).toEqual([]);
    await close();
  },
);

testInBrowser(
  "a score is said in words; a host's page begins with its state and causes, and its facts come last",
  async () => {
    const { tab, close } = await openTab(browser);
    await tab.goto(`${world.page.url}/#/host?host=db-03`);
    await tab.getByText(/^Above the alert limit: \d+ times as high \(score \d+, epsilon [\d.]+\)\.$/).waitFor();
    const tops = await Promise.all(
      ["Why it is in trouble", "Score", "Its incidents", "Facts"].map(async (name) => {
        const box = await tab.getByRole("heading", { name, exact: true }).first().boundingBox();
        return box?.y ?? Number.NaN;
      }),
    );
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
    expect(tops[1]).toBeLessThan(900);
    await tab.goto(`${world.page.url}/#/fleet`);
    await tab.locator(".tile:visible", { hasText: /db-12.*% of limit/ }).waitFor();
    await tab.locator(".tile:visible", { hasText: /web-02.*× limit/ }).waitFor();
    await close();
  },
);

testInBrowser(
  "the tiles are one stop of the Tab key, with arrow keys between them; / leads to the search",
  async () => {
    const { tab, close } = await openTab(browser);
    await tab.goto(world.page.url);
    const focused = () => tab.evaluate<string>("document.activeElement?.textContent ?? ''");
    await tab.locator(".tile:visible", { hasText: "web-02" }).waitFor();
    expect(await tab.locator('.tile[tabindex="0"]').count()).toBe(1);
    await tab.keyboard.press("/");
    await tab.keyboard.type("cpu_busy web");
    await tab.getByText("1 of 45 hosts").waitFor();
    await tab.keyboard.press("Tab");
    expect(await focused()).toContain("web-02");
    await tab.getByLabel("Search").fill("");
    await tab.keyboard.press("Tab");
    await tab.keyboard.press("Home");
    expect(await focused()).toContain("Group db: 10 of 12 hosts");
    await tab.keyboard.press("ArrowDown");
    expect(await focused()).toContain("web-02");
    await tab.keyboard.press("ArrowRight");
    expect(await focused()).toContain("cache-01");
    await tab.keyboard.press("Tab");
    expect(await focused()).not.toContain("cache-02");
    await tab.goto(`${world.page.url}/#/threshold?group=db`);
    await tab.getByRole("slider").waitFor();
    await tab.keyboard.press("/");
    await tab.locator("#search:focus").waitFor();
    await tab.goto(`${world.page.url}/#/incidents?search=cache`);
    await tab.locator("article h3", { hasText: "cache-01" }).waitFor();
    expect(await tab.locator("article h3").count()).toBe(1);
    await tab.goto(`${world.page.url}/#/host?host=db-03&metric=load`);
    await tab.getByRole("img", { name: /^load_1m/ }).waitFor();
    expect(await tab.locator(".metric-card").count()).toBe(1);
    await close();
  },
);

testInBrowser("a view that fails says so, and does not look live", async () => {
  const { tab, close } = await openTab(browser);
  const broken = "export const labelsView = () => { throw new Error('no such thing'); };";
  await tab.route("**/labels.js", (route) => route.fulfill({ contentType: "text/javascript", body: broken }));
  await tab.goto(`${world.page.url}/#/labels`);
  await tab.getByText("This page has failed: no such thing. Load it again.").waitFor();
  await tab.getByText("This page has failed: load it again").waitFor();
  await tab.waitForTimeout(500);
  expect(await tab.locator("#live").getAttribute("data-state")).toBe("failed");
  await close();
});

testInBrowser("a group is silenced and announced again on the page", async () => {
  const { tab, errors, close } = await openTab(browser);
  await tab.goto(`${world.page.url}/#/incidents`);
  await tab.getByText("Silences: 0 in force").click();
  await tab.getByLabel("Groups").fill("db");
  await tab.getByLabel("Why").fill("the switch is being replaced");
  await tab.getByRole("button", { name: "Silence them" }).click();
  await tab.getByText(/^[A-Z0-9]{6}: nobody is notified of groups db until \d\d:\d\d\.$/).waitFor();
  await tab.getByText("Silences: 1 in force").waitFor();
  await tab
    .getByText(/groups db: holds until .*, by ann: the switch is being replaced; nothing held back yet/)
    .waitFor();
  expect(await world.stores.alerting.silences()).toMatchObject([{ matcher: { group: "db" }, by: "ann" }]);
  await tab.getByRole("button", { name: /^End silence/ }).click();
  await tab.getByText("Silences: 0 in force").waitFor();
  expect(errors).toEqual([]);
  await close();
});

testInBrowser("the threshold says what is chosen, and why an epsilon cannot be set there", async () => {
  const { tab, close } = await openTab(browser);
  await tab.goto(`${world.page.url}/#/threshold?host=db-03`);
  await tab.getByRole("button", { name: "Use it for db-03" }).waitFor();
  expect(await tab.locator("#scope option:checked").textContent()).toBe("Host db-03");
  await tab.getByRole("combobox").first().selectOption("Group db");
  await tab.getByText(/^Group db has no baseline of its own yet: a refit makes it/).waitFor();
  expect(await tab.locator("#scope option:checked").textContent()).toBe("Group db");
  await close();
});

for (const [scheme, width] of [
  ["light", 390],
  ["dark", 1440],
] as const) {
  testInBrowser(`an outage bars nobody and overflows nothing: ${scheme}, ${width} pixels wide`, async () => {
    const { tab, close } = await openTab(browser, {
      ...{ viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true },
    });
    for (const view of ["fleet", "incidents", "host?host=db-03", "labels"]) {
      await tab.goto(`${world.page.url}/#/${view}`);
      await tab.locator("main h1").waitFor();
      await tab.waitForTimeout(300);
      expect([view, await barriers(tab)]).toEqual([view, []]);
      expect([view, await tab.evaluate("document.documentElement.scrollWidth - innerWidth")]).toEqual([view, 0]);
    }
    await close();
  });
}

testInBrowser(
  "a new incident shows a notice on every view, and a notification of the browser where somebody chose it",
  async () => {
    const context = await browser.newContext({ permissions: ["notifications"] });
    const tab = await context.newPage();
    // The page is in front here: as if the person looked elsewhere.
    await tab.addInitScript(`
    globalThis.shown = [];
    document.hasFocus = () => false;
    globalThis.Notification = class {
      static permission = "granted";
      static requestPermission = async () => "granted";
      constructor(title, { body }) {
        shown.push(title + ": " + body);
      }
    };
  `);
    await tab.goto(`${world.page.url}/#/incidents`);
    await tab.getByRole("button", { name: "Notify me in this browser" }).click();
    await tab.locator('button[aria-pressed="true"]', { hasText: "Notify me" }).waitFor();
    await tab.goto(`${world.page.url}/#/threshold?group=db`);
    await goOn(["web-03"]);
    const notice = tab.getByRole("complementary", { name: "New incident" });
    await notice.getByText(/^New: web-03: cpu_busy_percent high/).waitFor();
    expect(await tab.evaluate("shown")).toEqual([
      expect.stringMatching(/^(Critical|Warning): new incident: web-03: cpu_busy/),
    ]);
    await notice.getByRole("button", { name: "Close this notice" }).click();
    await notice.waitFor({ state: "hidden" });
    await context.close();
  },
);

testInBrowser(
  "a host says since when it has been in trouble, and leads to its incident in its group's list",
  async () => {
    const { tab, errors, close } = await openTab(browser, { timezoneId: "UTC" });
    await tab.goto(`${world.page.url}/#/host?host=db-03`);
    await tab.getByText(/^Since 09:3\d, for \d+ min\. Incident [A-Z0-9]{6}\.$/).waitFor();
    await tab.locator(".why a").first().click();
    await tab.locator("article h3", { hasText: "db-03" }).waitFor();
    await tab
      .getByText(/At its peak [\d.]+ times the alert limit \(score [\d.]+, epsilon [\d.]+\)/)
      .first()
      .waitFor();
    expect(errors).toEqual([]);
    await close();
  },
);

testInBrowser("a page whose server has stopped says so, and what it still shows", async () => {
  const other = await openWorld(Date.UTC(2026, 10, 24, 9));
  const { tab, close } = await openTab(browser, { timezoneId: "UTC", bypassCSP: true });
  await tab.goto(other.page.url);
  await tab.getByText("Live", { exact: true }).waitFor();
  expect(await tab.locator("#broken").isVisible()).toBe(false);
  await other.close();
  await tab.getByText("Connection lost, trying again").waitFor();
  const banner = tab.getByRole("alert").filter({
    hasText:
      "This page has no connection to the server and tries again. If that lasts, check that the server runs, then reload.",
  });
  expect(await banner.textContent()).toContain("This page shows the fleet as it was at 09:00.");
  await tab.goto(`${other.page.url}/#/labels`);
  await tab.getByText("The server does not answer: does it still run?").waitFor();
  expect(await barriers(tab)).toEqual([]);
  await close();
});
