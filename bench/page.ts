import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { startPage } from "../lib/page/server.ts";
import { createMemoryStores } from "../lib/store/memory.ts";
import { hostOwner } from "../lib/watch/baseline.ts";
import { newHost } from "../lib/watch/state.ts";
import { uniform } from "./random.ts";

/** The fleet's page with 1,000 hosts in a browser: time until it is shown, and cost of an update on the main thread. */
const HOSTS = 1_000;
/** Between two updates; each changes as many hosts as send in that time, once a minute each, and then all of them. */
const EVERY_MS = 1_000;
const UPDATES = 10;
const SENDING = [Math.ceil(HOSTS / 60), HOSTS];

async function main(): Promise<void> {
  const stores = createMemoryStores(Date.now);
  const random = uniform(1);
  const change = async (count: number) => {
    const names = Array.from({ length: count }, (_, i) => `web-${String(i).padStart(4, "0")}`);
    const known = await stores.hosts.load(names);
    for (const host of names) {
      const state = known.get(host) ?? newHost(host, `group-${host.at(-1)}`);
      // Nearly always calm, as hosts are; one value in a hundred is anywhere.
      const score = random() < 0.01 ? 40 * random() : 2 + 4 * random();
      const verdict = { score, epsilon: 15, baseline: { owner: hostOwner(host), version: 1 } };
      const now = Date.now();
      await stores.hosts.save({ ...state, verdict, seen: state.seen + 6, arrived: now, newest: now, interval: 60_000 });
    }
  };
  await change(HOSTS);
  const page = await startPage({
    port: 0,
    stores,
    clock: Date.now,
    everyMs: EVERY_MS,
    by: "bench",
    log: console.error,
  });
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const tab = await browser.newPage({ viewport: { width: 1440, height: 900 }, bypassCSP: true });
  try {
    await tab.goto(page.url);
    await tab.waitForFunction(`document.querySelectorAll(".tile").length === ${HOSTS}`);
    console.log(`${HOSTS} hosts, ${await tab.evaluate(PAINTED)}`);
    const session = await tab.context().newCDPSession(tab);
    // Time of the thread and not of the clock: a busy machine changes nothing.
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const spent = async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      return PARTS.map((part) => 1_000 * (metrics.find(({ name }) => name === part)?.value ?? 0));
    };
    const idle = await costOf(spent, async () => {});
    for (const count of SENDING) {
      const each = await costOf(spent, () => change(count));
      const [script, style, layout, whole] = each.map((ms, i) => (ms - (idle[i] ?? 0)).toFixed(1));
      console.log(
        `${count} of them change: ${whole} ms of the main thread for an update: script ${script}, style ${style}, layout ${layout}`,
      );
    }
  } finally {
    await browser.close();
    await page.close();
  }
}

const PARTS = ["ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration"] as const;

/** Time of the page's main thread for each of `UPDATES` turns (ms), by part; in each, `work` is done and shown. */
async function costOf(spent: () => Promise<readonly number[]>, work: () => Promise<void>): Promise<readonly number[]> {
  const before = await spent();
  for (let i = 0; i < UPDATES; i++) {
    await work();
    await sleep(EVERY_MS);
  }
  return (await spent()).map((ms, i) => (ms - (before[i] ?? 0)) / UPDATES);
}

/** When the browser first painted anything, and when the last host was there. */
const PAINTED = `(() => {
  const first = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
  const whole = performance.getEntriesByName("live update")[0];
  return "first paint after " + first.toFixed(0) + " ms, all hosts after " + (whole.startTime + whole.duration).toFixed(0) + " ms";
})()`;

await main();
