import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Debian's; tests in a browser are skipped where it is not. */
const CHROMIUM = "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const hasBrowser = existsSync(CHROMIUM);

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

/** A page that reports its errors. */
export async function openTab(browser: Browser, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const tab = await context.newPage();
  const errors: string[] = [];
  tab.on("pageerror", (error) => errors.push(error.message));
  tab.on("console", (message) => (message.type() === "error" ? errors.push(message.text()) : undefined));
  return { tab, errors, close: () => context.close() };
}

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The findings of axe on the page as it is shown: rule and first element of each. */
export async function barriers(tab: Page): Promise<readonly string[]> {
  await tab.evaluate(readFileSync(AXE, "utf8"));
  return tab.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there
    const { violations } = await (globalThis as any).axe.run();
    return violations.map(
      ({ id, nodes }: { id: string; nodes: readonly { html: string }[] }) => `${id}: ${nodes[0]?.html}`,
    );
  });
}

/** A walk takes real time, most of it waiting. */
const WALK_TIMEOUT_MS = 120_000;

export function testInBrowser(name: string, work: () => Promise<void>, timeout = WALK_TIMEOUT_MS): void {
  test(hasBrowser ? name : `${name} (skipped, no browser here)`, hasBrowser ? work : () => {}, timeout);
}
