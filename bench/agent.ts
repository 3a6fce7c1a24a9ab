import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { cpuSeconds, megabytes } from "./process.ts";

/**
 * Measures CPU and memory of the packaged agent with its defaults on this Linux machine. A server on the same machine
 * takes its records. Run `npm run build` first.
 */
const start = join(import.meta.dirname, "../dist/lib/cli/start.js");
/** The start costs more than the hours after it. */
const START_SECONDS = 30;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
  const seconds = Number(values.minutes) * 60;
  if (!(seconds > START_SECONDS)) throw new Error("--minutes takes a number of minutes, at least 1");
  if (!existsSync(start)) throw new Error("there is no dist/: run `npm run build` first");
  const spool = mkdtempSync(join(tmpdir(), "fleetwarden-bench-"));
  const stream = await takeAll();
  const words = ["agent", "--endpoint", stream.url, "--spool", spool];
  const script = `(await import(${JSON.stringify(start)})).start(${JSON.stringify(["", "", ...words])})`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
  try {
    await sleep(START_SECONDS * 1_000);
    const started = cpuSeconds(child.pid);
    await sleep((seconds - START_SECONDS) * 1_000);
    const percent = (100 * (cpuSeconds(child.pid) - started)) / (seconds - START_SECONDS);
    console.log(`the start: ${started.toFixed(2)} s of CPU; then ${percent.toFixed(3)} % of a core`);
    console.log(`memory: ${megabytes(child.pid, "VmRSS")} MB resident, at most ${megabytes(child.pid, "VmHWM")} MB`);
    console.log(`records: ${stream.records()}, the last of ${stream.metrics()} metrics in ${stream.bytes()} bytes`);
  } finally {
    child.kill();
    if (child.exitCode === null) await once(child, "exit");
    stream.close();
    rmSync(spool, { recursive: true });
  }
}

/** A stream that takes every record. */
async function takeAll() {
  let records = 0;
  let last = Buffer.alloc(0);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    last = Buffer.from(JSON.parse(Buffer.concat(chunks).toString()).Data, "base64");
    records++;
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ ShardId: "shardId-000000000000", SequenceNumber: String(records) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    records: () => records,
    bytes: () => last.length,
    metrics: () => JSON.parse(gunzipSync(last).toString()).rows[0].length,
    close: () => server.closeAllConnections(),
  };
}

await main();
process.exit();
