// One series with a spike in the forms in which people and programs write it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyze } from "../../lib/analyze/analyze-file.ts";
import { openTable, type TableOptions } from "../../lib/rows/open-table.ts";
import { UserError } from "../../lib/user-error.ts";

export const folder = mkdtempSync(join(tmpdir(), "fleetwarden-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** 15 October 2026, 12:00 UTC: date -u -d 2026-10-15T12:00 +%s. The day is above 12, so it tells day from month. */
export const NOON = 1_792_065_600_000;
export const MINUTE = 60_000;
export const ROWS = 60;
const SPIKE = 41;
export const STEP = 10 * MINUTE;

/** Between 1,200.25 and 1,206.25, with one row of 1,990.5. */
export const SERIES = Array.from({ length: ROWS }, (_, i) => ({
  time: NOON + i * STEP,
  value: i === SPIKE ? 1_990.5 : 1_200.25 + ((i * 5) % 7),
}));
export type Sample = (typeof SERIES)[number];

export const two = (n: number) => String(n).padStart(2, "0");
export const iso = (ms: number) => new Date(ms).toISOString();
export const spaced = (ms: number) => iso(ms).slice(0, 19).replace("T", " ");
export const day = (ms: number) => ({
  d: new Date(ms).getUTCDate(),
  m: 10,
  y: 2026,
  h: new Date(ms).getUTCHours(),
  min: two(new Date(ms).getUTCMinutes()),
});
export const half = (h: number) => ({ h: ((h + 11) % 12) + 1, half: h < 12 ? "AM" : "PM" });
export const point = (x: number) => x.toFixed(2);
export const comma = (x: number) => x.toFixed(2).replace(".", ",");

export interface Form {
  readonly head?: string;
  readonly line?: (sample: Sample, i: number) => string;
  readonly series?: readonly Sample[];
  readonly encode?: (text: string) => Uint8Array;
  readonly options?: TableOptions;
  readonly name?: string;
}

export async function write({ head = "time,load", line = plain, series = SERIES, encode = Buffer.from, name }: Form) {
  const path = join(folder, name ?? "in.csv");
  writeFileSync(path, encode(`${head}\n${series.map((one, i) => `${line(one, i)}\n`).join("")}`));
  return path;
}

export const plain = ({ time, value }: Sample) => `${iso(time)},${point(value)}`;
export const timed =
  (write: (ms: number) => string) =>
  ({ time, value }: Sample) =>
    `${write(time)},${point(value)}`;
export const valued =
  (write: (x: number) => string) =>
  ({ time, value }: Sample) =>
    `${iso(time)},${write(value)}`;

export async function analyzed(form: Form) {
  const file = await write(form);
  return analyze({
    file,
    table: form.options ?? {},
    outputs: [],
    head: 0,
    onlyAnomalies: false,
    progress: () => {},
    detector: "zscore",
  });
}

/** The message without the folder. */
export async function refusal(form: Form): Promise<string> {
  const error = await analyzed(form).then(
    () => new UserError("nothing was refused"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return String((error as UserError).message).replaceAll(`${folder}/`, "");
}

/** The times of the spike in the form's own reading; by default that of the series. */
export const SPIKE_TIME = NOON + SPIKE * STEP;

/** All rows of a file. */
export async function rowsOf(path: string, options: TableOptions = {}) {
  const table = await openTable(path, { sorted: true, ...options });
  const rows = [];
  for await (const piece of table.pieces()) rows.push(...piece);
  return { table, rows };
}
