import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { VERDICT_WORDS } from "../alert/verdict-words.ts";
import type { Reply } from "../http.ts";

const FOLDER = join(import.meta.dirname, "public");
const UPLOT = dirname(createRequire(import.meta.url).resolve("uplot"));

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page's files by their path, as they are sent; the page itself carries the token of this process. */
export function readFiles(token: string): ReadonlyMap<string, Reply> {
  const files = readdirSync(FOLDER).map((name) => [`/${name}`, join(FOLDER, name)] as const);
  const replies = new Map(
    [
      ...files,
      ["/uplot.js", join(UPLOT, "uPlot.esm.js")] as const,
      ["/uplot.css", join(UPLOT, "uPlot.min.css")] as const,
    ].map(([path, file]) => [path, replyOf(readFileSync(file), file)]),
  );
  const verdicts = Buffer.from(`export const VERDICTS = ${JSON.stringify(VERDICT_WORDS)};`);
  replies.set("/verdicts.js", replyOf(verdicts, "verdicts.js"));
  const page = replies.get("/index.html");
  replies.delete("/index.html");
  if (page) replies.set("/", { ...page, body: String(page.body).replace("{{token}}", token) });
  return replies;
}

function replyOf(body: Buffer, file: string): Reply {
  return { status: 200, headers: { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }, body };
}
