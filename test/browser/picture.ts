// Takes the picture on top of the README: the demo page after a fault that came by itself and one by a button.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundlePage } from "../../browser/bundle-page.ts";
import { openBrowser } from "../page/browser.ts";

const LEARNT_WITHIN_MS = 600_000;
const folder = mkdtempSync(join(tmpdir(), "demo-"));
writeFileSync(join(folder, "index.html"), await bundlePage());
const browser = await openBrowser();
const tab = await browser.newPage({ viewport: { width: 1360, height: 760 }, colorScheme: "light", timezoneId: "UTC" });
tab.setDefaultTimeout(LEARNT_WITHIN_MS);
await tab.goto(pathToFileURL(join(folder, "index.html")).href);
const messages = tab.locator("details.message");
await messages.filter({ hasText: "web-03 (web): cpu_busy_percent" }).waitFor();
await tab.getByLabel("Break", { exact: true }).selectOption("api-01");
await tab.getByRole("button", { name: "Slow disk" }).click();
await messages.filter({ hasText: "api-01 (api): disk_busy_percent" }).waitFor();
await tab.locator(".lines li", { hasText: "api-01" }).waitFor();
await tab.locator("#notice button").click();
await tab.screenshot({ path: join(import.meta.dirname, "../../docs/images/demo.png") });
await browser.close();
rmSync(folder, { recursive: true });
