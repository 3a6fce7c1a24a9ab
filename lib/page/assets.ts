import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { VERDICT_WORDS } from "../alert/verdict-words.ts";
import type { Reply } from "../http.ts";
import type { ChartSettings } from "./chart-settings.ts";

const FOLDER = join(import.meta.dirname, "public");
const UPLOT = dirname(createRequire(import.meta.url).resolve("uplot"));

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * The page's files by their path. The page itself carries the token of this process, how charts are shown at first, and
 * a logout if it has a login.
 */
export function readFiles(token: string, hasLogin: boolean, charts: ChartSettings): ReadonlyMap<string, Reply> {
  const page = readFileSync(join(FOLDER, "index.html"), "utf8")
    .replace("{{token}}", token)
    .replace("{{chartsEvery}}", String(charts.everyMs))
    .replace("{{chartsWindow}}", charts.window);
  const bodies = new Map<string, Buffer | string>([
    ...readdirSync(FOLDER).map((name) => [`/${name}`, readFileSync(join(FOLDER, name))] as const),
    ["/uplot.js", readFileSync(join(UPLOT, "uPlot.esm.js"))],
    ["/uplot.css", readFileSync(join(UPLOT, "uPlot.min.css"))],
    ["/verdicts.js", `export const VERDICTS = ${JSON.stringify(VERDICT_WORDS)};`],
    ["/", page.replace("{{logout}}", hasLogin ? '<a href="/logout">Log out</a>' : "")],
  ]);
  bodies.delete("/index.html");
  return new Map([...bodies].map(([path, body]) => [path, replyOf(path, body)]));
}

function replyOf(path: string, body: Buffer | string): Reply {
  const type = TYPES[extname(path) || ".html"] ?? "application/octet-stream";
  return { status: 200, headers: { "content-type": type }, body };
}
