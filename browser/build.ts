// Writes the demo page to docs/demo/index.html and prints its size.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundlePage } from "./bundle-page.ts";

const folder = join(import.meta.dirname, "../docs/demo");
const html = await bundlePage();
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "index.html"), html);
const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(0)} kB`;
console.log(
  `docs/demo/index.html: ${kilobytes(Buffer.byteLength(html))}, ${kilobytes(gzipSync(html).length)} compressed. ` +
    "Open it in a browser.",
);
