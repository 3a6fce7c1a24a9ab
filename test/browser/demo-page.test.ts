// The demo page as people open it: a file in Chromium, without a network.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { bundlePage } from "../../browser/bundle-page.ts";
import { barriers, hasBrowser, openBrowser, openTab, testInBrowser } from "../page/browser.ts";

const folder = mkdtempSync(join(tmpdir(), "demo-"));
const file = join(folder, "index.html");
let html: string;
let browser: Browser;

beforeAll(async () => {
  html = await bundlePage();
  writeFileSync(file, html);
  if (hasBrowser) browser = await openBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Two virtual days are learnt first, which takes a busy machine a minute or two. */
const LEARNT_WITHIN_MS = 240_000;

/** The page, learnt, and all requests that left it. */
async function openDemo(width: number, height: number) {
  const opened = await openTab(browser, { viewport: { width, height }, offline: true });
  const requests: string[] = [];
  opened.tab.on("request", (request) => requests.push(request.url().replace(/^blob:.*/, "blob")));
  opened.tab.setDefaultTimeout(LEARNT_WITHIN_MS);
  await opened.tab.goto(pathToFileURL(file).href);
  return { ...opened, requests };
}

test("the page has at most 500 kB compressed", () => {
  expect(gzipSync(html).length).toBeLessThanOrEqual(500_000);
});

testInBrowser(
  "a fault comes by itself and its alert names the cause, then a button brings another, from a file without a network",
  async () => {
    const { tab, errors, requests, close } = await openDemo(1440, 900);
    await tab.getByText(/^Learning what is normal: \d+ of 48 hours of 12 hosts/).waitFor();
    expect(await tab.getByRole("button", { name: "Memory leak" }).isDisabled()).toBe(true);

    const messages = tab.getByRole("complementary", { name: "Messages" });
    const first = messages.locator("details", { hasText: "[CRIT] web-03 (web): cpu_busy_percent 99 %, normal" });
    await first.locator(".sms").waitFor();
    expect(await first.locator("pre").textContent()).toMatch(/cpu_busy_percent +99 % +[\d.-]+ % +\d+ %/);
    await tab.locator(".lines li", { hasText: /web-03.*cpu_busy_percent high: 99 %, usually/ }).waitFor();

    await tab.getByLabel("Break", { exact: true }).selectOption("web-05");
    await tab.getByRole("button", { name: "Half a group down" }).click();
    await tab.getByText("Group web: Half of the hosts of its group send nothing for 20 minutes.").waitFor();
    await messages.getByText("[CRIT] web: 3 of 6 hosts silent since").waitFor();
    await tab.locator(".tile", { hasText: "Group web: 3 of 6 hosts" }).waitFor();
    await tab.getByRole("heading", { level: 1, name: /^[34] hosts in trouble$/ }).waitFor();
    expect(await barriers(tab)).toEqual([]);

    await tab.getByRole("link", { name: "Incidents" }).click();
    await tab.locator("article", { hasText: "Group web: 3 of 6 hosts" }).waitFor();
    expect(await barriers(tab)).toEqual([]);
    expect(errors).toEqual([]);
    expect(requests).toEqual([pathToFileURL(file).href, "blob"]);
    await close();
  },
  2 * LEARNT_WITHIN_MS,
);

testInBrowser(
  "a phone shows the messages closed, and an answer on the page reaches the next refit",
  async () => {
    const { tab, errors, close } = await openDemo(390, 844);
    const message = tab.locator("details.message").first();
    await message.getByText("[CRIT] web-03 (web): cpu_busy_percent 99 %").waitFor();
    expect(await message.locator("pre").isVisible()).toBe(false);
    await message.locator("summary").click();
    await message.getByText("CRITICAL: web-03 (group web) has not been normal").waitFor();
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await barriers(tab)).toEqual([]);

    await tab.getByRole("button", { name: "Repair everything" }).click();
    await tab.getByRole("link", { name: "Incidents" }).click();
    await tab.getByRole("button", { name: "False alarm" }).click();
    await tab.getByText("False alarm, says you. The next refit learns from it.").waitFor();
    await tab.getByRole("button", { name: "Refit" }).click();
    await tab.getByText("All baselines are fitted again, with your labels.").waitFor();
    await tab.getByRole("link", { name: "Fleet", exact: true }).click();
    await tab.locator(".tile", { hasText: "web-03" }).click();
    await tab.getByText("host#web-03 v2", { exact: true }).waitFor();
    expect(errors).toEqual([]);
    await close();
  },
  2 * LEARNT_WITHIN_MS,
);
