// How long the demo page takes from its opening to the first alert with its cause, in Chromium, and its CPU.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundlePage } from "../browser/bundle-page.ts";
import { openBrowser, openTab } from "../test/page/browser.ts";

const TIMEOUT_MS = 600_000;
const folder = mkdtempSync(join(tmpdir(), "demo-"));
const file = join(folder, "index.html");
writeFileSync(file, await bundlePage());
const browser = await openBrowser();
const { tab } = await openTab(browser, { offline: true });
tab.setDefaultTimeout(TIMEOUT_MS);

const opened = performance.now();
const seconds = () => `${((performance.now() - opened) / 1_000).toFixed(1)} s`;
await tab.goto(pathToFileURL(file).href);
await tab.getByText("a minute passes each second").waitFor();
console.log(`The functions learnt the fleet in ${seconds()}, with ${await cpuSeconds()} s of CPU.`);
await tab.locator("details.message", { hasText: "cpu_busy_percent" }).waitFor();
console.log(`The page showed the first alert and its cause after ${seconds()}.`);
await browser.close();
rmSync(folder, { recursive: true });

/** CPU seconds of all processes that show the page. */
async function cpuSeconds(): Promise<string> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.reduce((sum, { type, cpuTime }) => sum + (type === "renderer" ? cpuTime : 0), 0).toFixed(1);
}
