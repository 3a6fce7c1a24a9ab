import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { readFiles } from "../lib/page/assets.ts";

const HERE = import.meta.dirname;
/** The files that the server of the page serves. */
const SERVED = readFiles("", false);
/** Nothing is loaded from anywhere: the browser itself refuses it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  "worker-src blob:",
  "style-src 'unsafe-inline'",
  "img-src data:",
].join("; ");

/** Modules of Node that the functions use. The files of these names in node/ stand for them. */
const NODE = ["buffer", "crypto", "timers/promises", "util", "zlib"];

/** Clients of AWS are empty: the functions get their stores and their topic, and open no client. */
const withoutAws: Plugin = {
  name: "without AWS",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@(aws-sdk|smithy)\// }, ({ path }) => ({ path, namespace: "aws" }));
    onLoad({ filter: /.*/, namespace: "aws" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** The files that the server makes for the page. */
const asServed: Plugin = {
  name: "as served",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/(uplot|verdicts)\.js$/ }, ({ path }) => ({ path: path.slice(1), namespace: "served" }));
    onLoad({ filter: /.*/, namespace: "served" }, ({ path }) => ({ contents: served(path) }));
  },
};

/** The demo as one HTML file: the page, and the functions in a worker. */
export async function bundlePage(): Promise<string> {
  const page = await bundled({ entryPoints: [join(HERE, "main.js")], plugins: [asServed] });
  const worker = await bundled({
    entryPoints: [join(HERE, "worker.ts")],
    plugins: [withoutAws],
    inject: [join(HERE, "node/buffer.ts")],
    alias: Object.fromEntries(NODE.map((name) => [`node:${name}`, join(HERE, `node/${name.split("/")[0]}.ts`)])),
  });
  const own = readFileSync(join(HERE, "demo.css"), "utf8");
  const style = await bundled({
    stdin: { contents: served("/uplot.css") + served("/style.css") + own, loader: "css" },
  });
  const icon = `data:image/svg+xml;base64,${Buffer.from(served("/icon.svg")).toString("base64")}`;
  const head = [
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<link rel="icon" href="${icon}">`,
    `<style>${style}</style>`,
  ].join("\n");
  const scripts = `<script type="text/plain" id="server">${worker}</script>\n<script>${page}</script>\n`;
  return served("/")
    .replace(/ *<(link rel="[^>]*|script [^>]*><\/script)>\n/g, "")
    .replace("</head>", () => `${head}\n</head>`)
    .replaceAll("/icon.svg", icon)
    .replace("</body>", () => `${scripts}</body>`);
}

async function bundled(options: BuildOptions): Promise<string> {
  const { outputFiles = [] } = await build({
    ...{ bundle: true, write: false, minify: true, format: "iife", platform: "browser", target: "es2022" },
    logLevel: "warning",
    ...options,
  });
  // A script ends at the first closing tag, in a string too.
  return (outputFiles[0]?.text ?? "").trim().replaceAll("</script", "<\\/script");
}

function served(path: string): string {
  return String(SERVED.get(path)?.body ?? "");
}
