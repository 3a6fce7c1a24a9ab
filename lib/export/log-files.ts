import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { anomalyLine, anomalyObject, type HistoryAnomaly } from "../table/metrics-history.ts";
import { HISTORY_CSV_HEAD } from "./history-sample.ts";

/** A file that is larger is set aside as `<name>.1`, the one before it as `.2`, and so on. */
export const LOG_BYTES_MAX = 10 * 1024 * 1024;
/** Files that are kept beside the present one: 60 MB for each of the three files of a host at most. */
const KEPT = 5;

/** Appends lines to a CSV file, which begins with its header. */
export function appendHistory(folder: string, lines: string, bytesMax: number): void {
  const path = join(folder, "metrics_history.csv");
  rotate(path, bytesMax);
  appendFileSync(path, existsSync(path) ? lines : `${HISTORY_CSV_HEAD}${lines}`);
}

const TAIL = "\n]\n";

/** Appends to a JSON list in its place, so that the file is whole JSON after each write. */
export function appendAnomalies(folder: string, anomalies: readonly HistoryAnomaly[], bytesMax: number): void {
  const path = join(folder, "anomalies.json");
  rotate(path, bytesMax);
  if (existsSync(path) && !endsWith(path, TAIL)) setAside(path);
  const entries = anomalies.map((anomaly) => JSON.stringify(anomalyObject(anomaly))).join(",\n");
  if (!existsSync(path)) {
    appendFileSync(path, `[\n${entries}${TAIL}`);
    return;
  }
  const file = openSync(path, "r+");
  try {
    writeSync(file, `,\n${entries}${TAIL}`, statSync(path).size - TAIL.length);
  } finally {
    closeSync(file);
  }
}

const LOG_NAME = "anomaly_detection.log";

/** Appends to the log for people, in which anomalies are numbered through: the first one here gets `first`. */
export function appendLog(
  folder: string,
  anomalies: readonly HistoryAnomaly[],
  { first, bytesMax }: { readonly first: number; readonly bytesMax: number },
): void {
  const path = join(folder, LOG_NAME);
  rotate(path, bytesMax);
  appendFileSync(path, anomalies.map((anomaly, i) => anomalyLine(first + i, anomaly)).join(""));
}

/** The number of the last anomaly in the log, or in the one that was set aside last; 0 without any. */
export function lastNumber(folder: string): number {
  const path = join(folder, LOG_NAME);
  const [log] = [path, `${path}.1`].filter((one) => existsSync(one));
  if (log === undefined) return 0;
  return Number(
    readFileSync(log, "utf8")
      .match(/ANOMALY #(\d+) /g)
      ?.at(-1)
      ?.match(/\d+/)?.[0] ?? 0,
  );
}

function rotate(path: string, bytesMax: number): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= bytesMax) setAside(path);
}

function setAside(path: string): void {
  for (let number = KEPT - 1; number >= 1; number--)
    if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
  renameSync(path, `${path}.1`);
}

function endsWith(path: string, text: string): boolean {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(text.length);
    readSync(file, bytes, 0, text.length, Math.max(0, statSync(path).size - text.length));
    return bytes.toString() === text;
  } finally {
    closeSync(file);
  }
}
