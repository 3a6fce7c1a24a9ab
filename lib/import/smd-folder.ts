import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { linesOf } from "../rows/csv-lines.ts";
import type { CsvTable } from "../rows/read-csv.ts";
import { UserError } from "../user-error.ts";
import { readBareNumbers } from "./bare-numbers.ts";
import type { CausedRows, DataSet } from "./data-set.ts";
import { labelsOf } from "./labels-of.ts";

/**
 * The layout of the Server Machine Dataset (Su et al., KDD 2019). Each of these folders has a file for each machine,
 * named after it: rows of numbers without header and times.
 */
const [TRAIN, TEST, LABELS, CAUSES] = ["train", "test", "test_label", "interpretation_label"] as const;
const FILE = /^(.+)\.txt(\.gz)?$/;

/** The columns of its machines, by the authors' list. */
const METRICS: readonly string[] = (
  "cpu_r load_1 load_5 load_15 mem_shmem mem_u mem_u_e total_mem disk_q disk_r disk_rb disk_svc disk_u disk_w disk_wa " +
  "disk_wb si so eth1_fi eth1_fo eth1_pi eth1_po tcp_tw tcp_use active_opens curr_estab in_errs in_segs " +
  "listen_overflows out_rsts out_segs passive_opens retransegs tcp_timeouts udp_in_dg udp_out_dg udp_rcv_buf_errs " +
  "udp_snd_buf_errs"
).split(" ");

export function isSmd(folder: string): boolean {
  return [TRAIN, TEST, LABELS].every((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory());
}

/** The machines that have a test. */
export function smdNames(folder: string): string[] {
  const names = readdirSync(join(folder, TEST)).flatMap((file) => FILE.exec(file)?.[1] ?? []);
  if (names.length === 0) throw new UserError(`${join(folder, TEST)}: no <machine>.txt in it: put one there`);
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

export async function readSmd(folder: string, name: string): Promise<Required<DataSet>> {
  const train = named(await readBareNumbers(pathOf(folder, TRAIN, name)));
  const testPath = pathOf(folder, TEST, name);
  const test = named(await readBareNumbers(testPath));
  if (test.names.length !== train.names.length)
    throw new UserError(
      `${testPath}: ${test.names.length} columns where its train has ${train.names.length}: give both the same`,
    );
  const rows = test.rows.length / test.names.length;
  const labelsPath = pathOf(folder, LABELS, name);
  const labels = labelsOf(labelsPath, (await readBareNumbers(labelsPath)).rows, rows, testPath);
  return { name, train, test: { ...test, labels }, causes: await readCauses(folder, name, rows, test.names.length) };
}

function named({ names, rows }: CsvTable): CsvTable {
  return { names: names.length === METRICS.length ? METRICS : names, rows };
}

function pathOf(folder: string, part: string, name: string): string {
  const found = [`${name}.txt`, `${name}.txt.gz`]
    .map((file) => join(folder, part, file))
    .find((path) => existsSync(path));
  if (!found) throw new UserError(`${join(folder, part, name)}.txt: no such file: each machine of ${TEST} needs one`);
  return found;
}

/** Lines such as `4629-4688:9,10`: the first row, counted from 0, the row after the last, and columns from 1. */
async function readCauses(folder: string, name: string, rows: number, columns: number): Promise<readonly CausedRows[]> {
  const path = join(folder, CAUSES, `${name}.txt`);
  if (!existsSync(path)) return [];
  const causes: CausedRows[] = [];
  let line = 0;
  for await (const text of linesOf(path)) {
    line++;
    if (text.trim() === "") continue;
    const [, first = "", after = "", list = ""] = /^\s*(\d+)-(\d+):([\d,\s]+)$/.exec(text) ?? [];
    const [start, end] = [Number(first), Math.max(Number(first), Number(after) - 1)];
    const dims = list.split(",").map((column) => Number(column) - 1);
    const isWrong = list === "" || end >= rows || dims.some((column) => column < 0 || column >= columns);
    if (isWrong)
      throw new UserError(
        `${path}, line ${line}: "${text}": write first row-row after the last:columns, such as 4629-4688:9,10; there are ` +
          `${rows} rows, from 0, and ${columns} columns, from 1`,
      );
    causes.push({ start, end, dims });
  }
  return causes;
}
