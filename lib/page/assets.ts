import { extname } from "node:path";
import { INSTALLED, withCommands } from "../command-line.ts";
import type { Reply } from "../http.ts";
import { escapeMarkup } from "../markup.ts";
import { browserFiles } from "./browser-files.ts";
import { DEFAULT_CHARTS } from "./chart-settings.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * The page's files by their path. The page itself carries the token of this process, how charts look at first, and the
 * commands that send, as its people can type them. It has a logout if it has a login.
 */
export function readFiles(
  token: string,
  hasLogin: boolean,
  charts = DEFAULT_CHARTS,
  command = INSTALLED,
): ReadonlyMap<string, Reply> {
  const firstStep = escapeMarkup(withCommands("`fleetwarden agent` or `fleetwarden send` does that.", command));
  const files = new Map(browserFiles());
  const page = (files.get("index.html") ?? "")
    .replace("{{token}}", token)
    .replace("{{chartsEvery}}", String(charts.everyMs))
    .replace("{{chartsWindow}}", charts.window)
    .replace("{{firstStep}}", () => firstStep);
  files.delete("index.html");
  files.set("", page.replace("{{logout}}", hasLogin ? '<a href="/logout">Log out</a>' : ""));
  return new Map([...files].map(([name, body]) => [`/${name}`, replyOf(name, body)]));
}

function replyOf(path: string, body: string): Reply {
  const type = TYPES[extname(path) || ".html"] ?? "application/octet-stream";
  return { status: 200, headers: { "content-type": type }, body };
}
