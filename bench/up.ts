import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { clientConfig } from "../lib/clients.ts";
import { localEnvironment, STREAM_NAME } from "../lib/local/names.ts";
import { MINUTE_MS } from "../lib/time.ts";
import { encodeJson } from "../lib/wire/encode.ts";
import { SAMPLES_PER_RECORD } from "./event.ts";
import { createHosts, createRows, FEATURES, GROUP, type Host, INTERVAL_MS, SCHEMA } from "./fleet.ts";
import { sizeOf } from "./folder.ts";
import { cpuSeconds, megabytes } from "./process.ts";

/**
 * Runs the packaged `fleetwarden up` in real time on this Linux machine. Prints its memory, its CPU and the size of its
 * data folder again and again. It watches this machine alone, or `--hosts` made-up hosts that each send a record a
 * minute. Run `npm run build` first.
 */
const start = join(import.meta.dirname, "../dist/lib/cli/start.js");
/** The twin needs about one second; a busy machine needs more. */
const START_MS = 10_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hosts: { type: "string", default: "0" },
      minutes: { type: "string", default: "120" },
      every: { type: "string", default: "15" },
      port: { type: "string", default: "18710" },
    },
  });
  const [hosts, minutes, every] = [Number(values.hosts), Number(values.minutes), Number(values.every)];
  if (!(hosts >= 0 && minutes >= every && every > 0))
    throw new Error("--hosts, --minutes and --every take numbers; --minutes is at least --every");
  if (!existsSync(start)) throw new Error("there is no dist/: run `npm run build` first");
  const folder = mkdtempSync(join(tmpdir(), "fleetwarden-bench-"));
  const data = join(folder, "data");
  const words = ["up", "--port", values.port, "--data-dir", data, ...(hosts > 0 ? ["--no-agent"] : [])];
  const script = `(await import(${JSON.stringify(start)})).start(${JSON.stringify(["", "", ...words])})`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, stdio: "ignore" });
  try {
    await sleep(START_MS);
    if (hosts > 0) void sendForever(createHosts(hosts), `http://127.0.0.1:${values.port}`);
    console.log("minute  MB resident  MB at most  % of a core  MB on disk  files");
    for (let minute = 0, before = 0; minute < minutes; ) {
      await sleep(every * MINUTE_MS);
      minute += every;
      const seconds = cpuSeconds(child.pid);
      const { bytes, files } = sizeOf(data);
      const columns = [
        minute.toFixed(0).padStart(6),
        String(megabytes(child.pid, "VmRSS")).padStart(11),
        String(megabytes(child.pid, "VmHWM")).padStart(10),
        ((100 * (seconds - before)) / (every * 60)).toFixed(2).padStart(11),
        (bytes / 1e6).toFixed(1).padStart(10),
        String(files).padStart(5),
      ];
      console.log(columns.join("  "));
      before = seconds;
    }
  } finally {
    child.kill();
    if (child.exitCode === null) await once(child, "exit");
    rmSync(folder, { recursive: true });
  }
}

/** Each host has its own second of the minute, as agents have. */
async function sendForever(hosts: readonly Host[], endpoint: string): Promise<never> {
  const kinesis = new KinesisClient(clientConfig(localEnvironment(endpoint)));
  const seconds = MINUTE_MS / 1_000;
  for (let second = 0; ; second++) {
    const due = hosts.filter((_, i) => i % seconds === second % seconds);
    const minute = Math.floor(second / seconds);
    const Records = due.map((host, i) => ({ PartitionKey: host.name, Data: recordOf(host, minute, i) }));
    if (Records.length > 0) {
      await kinesis.send(new PutRecordsCommand({ StreamName: STREAM_NAME, Records })).catch((error: unknown) => {
        console.error(`second ${second}: ${error}`);
      });
    }
    await sleep(1_000);
  }
}

/** The minute that ends now, as the agent sends it. */
function recordOf(host: Host, minute: number, seed: number): Buffer {
  const rows = createRows(host, SAMPLES_PER_RECORD, 1_000 * minute + seed, false);
  const newest = Math.floor(Date.now() / INTERVAL_MS) * INTERVAL_MS;
  const json = encodeJson({
    host: host.name,
    group: GROUP,
    boot: 0,
    seq: minute * SAMPLES_PER_RECORD,
    names: SCHEMA.names,
    withNames: true,
    times: Array.from({ length: SAMPLES_PER_RECORD }, (_, k) => newest - (SAMPLES_PER_RECORD - 1 - k) * INTERVAL_MS),
    rows: Array.from({ length: SAMPLES_PER_RECORD }, (_, k) => [...rows.subarray(k * FEATURES, (k + 1) * FEATURES)]),
  });
  return gzipSync(json);
}

await main();
process.exit();
