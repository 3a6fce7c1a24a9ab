import { Flag } from "../../lib/watch/apply.ts";
import { STEP } from "../factories.ts";
import { LOG, SHARE, SMOOTH, WINDOW } from "./derived.ts";
import { happened } from "./faults.ts";
import { type Case, rowsOf } from "./piece-invariants.ts";

/** After a longer gap, a window begins anew. */
const GAP_INTERVALS = 3;

/** In history each derived metric has the value that its name says, from the samples beside and before it. */
export function featureViolations(one: Case, isSame: boolean): string[] {
  const { seen, scattering } = one.host;
  const { chunks, state } = one.known;
  happened(one.tally, "host with features");
  const rows = [...rowsOf(chunks)];
  // A scorer that lost a race, or whose records were given up, leaves samples that the host's state has not.
  const isApplied = scattering ? isSame : rows.length + seen === state?.seen;
  const every = scattering?.every ?? STEP;
  const isLate = chunks.some(({ flags }) => flags.some((flag) => flag & Flag.late));
  return rows.flatMap(([time, row], i) => {
    const { cpu = Number.NaN, load = Number.NaN } = row;
    // A sample in pieces may lack a feature's source.
    const wrong = (name: string, expected: number) =>
      Object.is(row[name] ?? Number.NaN, expected) || Math.abs(row[name]! - expected) < 1e-9
        ? []
        : [`history has ${name} ${row[name]} at ${time}, which is ${expected}`];
    // A sample that has nothing else stays as it is.
    const dropped =
      "memory" in row && Object.keys(row).length > 1 ? [`history has the memory of ${time}, which is left out`] : [];
    const before = rows.slice(Math.max(0, i - WINDOW + 1), i + 1);
    const isGap = before.some(([at], j) => j > 0 && at - before[j - 1]![0] > GAP_INTERVALS * every);
    // The first samples follow some from before the story; a late one has no neighbours.
    const isWhole = seen === 0 && !isLate && !isGap && isApplied;
    const window = before.map(([, { cpu: one = Number.NaN }]) => one);
    const alone = [...dropped, ...wrong(LOG, Math.log(1 + cpu)), ...wrong(SHARE, load / cpu)];
    return [...alone, ...(isWhole ? wrong(SMOOTH, smoothOf(window, cpu)) : [])];
  });
}

/** The mean of the known ones among the last samples, once half of them are known. */
function smoothOf(window: readonly number[], newest: number): number {
  const known = window.filter((value) => !Number.isNaN(value));
  if (Number.isNaN(newest) || known.length < WINDOW / 2) return Number.NaN;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
