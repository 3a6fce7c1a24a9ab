// The pages of `analyze` and `evaluate` in a real browser, as files, without a network.
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { analyze } from "../../lib/analyze/analyze-file.ts";
import { SERVER_LOAD } from "../../lib/demo/server-load.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { MARCH } from "../analyze/support.ts";
import { run } from "../cli/live.ts";
import { barriers, hasBrowser, openBrowser, openTab, testInBrowser } from "../page/browser.ts";

const folder = mkdtempSync(join(tmpdir(), "fleetwarden-report-"));
let browser: Browser;

beforeAll(async () => {
  if (!hasBrowser) return console.log("no /usr/bin/chromium here: the reports are not tried in a browser");
  browser = await openBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Analyses a text and opens the page. The browser's own zone must not matter. */
async function openAnalysis(name: string, text: string) {
  const [file, page] = [join(folder, `${name}.csv`), join(folder, `${name}.html`)];
  writeFileSync(file, text);
  const zscore = { detector: "zscore", threshold: 2.5 } as const;
  await analyze({ ...zscore, file, outputs: [page], head: 0, onlyAnomalies: false, table: {}, progress: () => {} });
  return openFile(page);
}

async function openFile(path: string, options: object = {}) {
  const zone = { timezoneId: "Asia/Tokyo", offline: true };
  const { tab, errors, close } = await openTab(browser, { ...zone, ...options });
  const asked: string[] = [];
  tab.on("request", (request) => asked.push(request.url().slice(0, 5)));
  await tab.goto(pathToFileURL(path).href);
  await tab.locator(".metric-card").first().waitFor();
  return { tab, errors, close, asked };
}

/** Points at a share of the width of a chart. */
async function at(tab: Page, plot: Locator, share: number) {
  const box = await plot.boundingBox();
  if (!box) throw new Error("the chart is not visible");
  await tab.mouse.move(box.x + share * box.width, box.y + box.height / 2, { steps: 3 });
}

const hour = (i: number) => new Date(MARCH + i * 3_600_000).toISOString().slice(0, 19);
const LOADS = `timestamp,server_load_percent\n${[...SERVER_LOAD].map((load, i) => `${hour(i)}Z,${load}\n`).join("")}`;

testInBrowser("a page of analyze shows values under the pointer, and dragging zooms all charts", async () => {
  const { tab, errors, close, asked } = await openAnalysis("load", LOADS);
  const load = tab.locator(".metric-card", { has: tab.getByRole("heading", { name: "server_load_percent" }) });
  const plot = load.locator(".u-over");
  await tab
    .getByRole("img", { name: "server_load_percent, 2025-03-01 00:00:00 to 2025-03-05 03:00:00: 3 anomalies" })
    .waitFor();
  await tab.getByRole("img", { name: /^Score, .*: 3 anomalies$/ }).waitFor();
  // The greatest load is in row 88 of 0 to 99.
  await at(tab, plot, 88 / 99);
  await load
    .getByText("95 at 2025-03-04 16:00:00; event: server_load_percent 95 is high: usually 59.74 (5.0 sd)")
    .waitFor();
  await at(tab, plot, 0.5);
  await tab.mouse.down();
  await at(tab, plot, 0.75);
  await tab.mouse.up();
  const said = tab.getByRole("group", { name: "Zoom" }).getByRole("status");
  // From row 49.5 to 74.25, give or take a pixel.
  expect(await said.textContent()).toMatch(/^2025-03-03 0[12]:\d\d:\d\d to 2025-03-04 0[12]:\d\d:\d\d$/);
  await tab.getByRole("img", { name: /^Score, 2025-03-03 0/ }).waitFor();
  await tab.getByRole("button", { name: "Later" }).press("Enter");
  expect(await said.textContent()).toMatch(/^2025-03-03 1/);
  await tab.getByRole("button", { name: "Whole time" }).press("Enter");
  expect(await said.textContent()).toBe("2025-03-01 00:00:00 to 2025-03-05 03:00:00");
  expect(errors).toEqual([]);
  expect([...new Set(asked)].filter((scheme) => !["file:", "data:"].includes(scheme))).toEqual([]);
  await close();
});

testInBrowser("a page has no barriers and fits a phone, light and dark", async () => {
  const hosts = ["a", "<b>", "c"].flatMap((host, k) =>
    [...SERVER_LOAD].map((load, i) => `${hour(i)}Z,${host},${load + k}\n`),
  );
  await (await openAnalysis("hosts", `timestamp,host,server_load_percent\n${hosts.join("")}`)).close();
  for (const colorScheme of ["light", "dark"])
    for (const width of [1440, 390]) {
      const look = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true };
      const { tab, errors, close } = await openFile(join(folder, "hosts.html"), look);
      expect(await tab.locator(".metric-card h3").allTextContents()).toEqual(expect.arrayContaining(["a", "<b>", "c"]));
      expect(await barriers(tab)).toEqual([]);
      expect(await tab.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      expect(errors).toEqual([]);
      await close();
    }
});

testInBrowser("a file without times has its lines on the axis", async () => {
  const { tab, close } = await openAnalysis("lines", `a\n${"1\n2\n3\n".repeat(40)}50\n`);
  await tab.getByRole("img", { name: "a, line 2 to line 122: 1 anomaly" }).waitFor();
  await tab.getByRole("button", { name: "All lines" }).waitFor();
  await close();
});

testInBrowser("a page of evaluate marks labels and incidents, and names them under the pointer", async () => {
  const random = seededRandom(1);
  const rows = Array.from({ length: 300 }, (_, row) => {
    const isBusy = row >= 200 && row < 220;
    return [20 + random() / 2 ** 31 + (isBusy ? 60 : 0), Number(isBusy)];
  });
  const lines = (part: readonly (readonly number[])[]) => part.map((row) => row.join(",")).join("\n");
  writeFileSync(join(folder, "web-1.train.csv"), `cpu\n${lines(rows.slice(0, 100).map(([cpu = 0]) => [cpu]))}\n`);
  writeFileSync(join(folder, "web-1.test.csv"), `cpu,label\n${lines(rows.slice(100))}\n`);
  const page = join(folder, "evaluate.html");
  expect(await run("evaluate", folder, "--report", page)).toMatchObject({ code: 0 });
  const { tab, errors, close } = await openFile(page, { bypassCSP: true });
  const card = tab.locator(".metric-card");
  await tab.getByRole("img", { name: /^Score, row 0 to row 199: \d+ anomalies$/ }).waitFor();
  await at(tab, card.locator(".u-over"), 110 / 199);
  await card
    .getByText(/ at row 1\d\d; labelled as anomaly, rows 100–119: incident after \d min; incident of rows 1/)
    .waitFor();
  expect(await barriers(tab)).toEqual([]);
  expect(errors).toEqual([]);
  await close();
});

test("a month of 38 metrics by the minute makes a page of less than 4 MB", async () => {
  const [file, page] = [join(folder, "month.csv"), join(folder, "month.html")];
  const random = seededRandom(7);
  const names = Array.from({ length: 38 }, (_, j) => `metric_${j}`);
  const row = (i: number) => [
    new Date(MARCH + i * 60_000).toISOString(),
    ...names.map(() => (random() / 2 ** 25).toFixed(3)),
  ];
  const rows = Array.from({ length: 30 * 1_440 }, (_, i) => row(i).join(","));
  writeFileSync(file, `${["time", ...names].join(",")}\n${rows.join("\n")}\n`);
  await analyze({
    detector: "zscore",
    file,
    outputs: [page],
    head: 0,
    onlyAnomalies: false,
    table: {},
    progress: () => {},
  });
  const { size } = statSync(page);
  expect(size).toBeGreaterThan(1e6);
  expect(size).toBeLessThan(4e6);
}, 120_000);
