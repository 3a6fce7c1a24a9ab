import { UserError } from "../user-error.ts";
import type { CsvRow } from "./csv-row.ts";
import type { Key } from "./survey.ts";

const VALUES_MAX = 20_000_000;
const NAMES_MAX = 10_000;

/** The samples of a long table: one row for each host and time, with a value for each key. */
export function pivot(path: string, rows: readonly CsvRow[], of: Key["of"]) {
  const names: string[] = [];
  const places = new Map<string, number>();
  const samples = new Map<string, { row: CsvRow; values: number[]; lines: number[] }>();
  const placeOf = (name: string, line: number) => {
    const place = places.get(name) ?? names.push(name) - 1;
    places.set(name, place);
    if (names.length > NAMES_MAX || names.length * samples.size > VALUES_MAX)
      throw new UserError(
        `${path}, line ${line}: too many values: use a shorter file, or one with a column for each metric`,
      );
    return place;
  };
  for (const row of rows) {
    const { key = "", line } = row;
    const id = `${row.host}\n${row.time ?? line}`;
    const sample = samples.get(id) ?? { row, values: [], lines: [] };
    samples.set(id, sample);
    for (const [i, name] of row.names.entries()) {
      const place = placeOf(of === "metrics" ? key : `${name} ${key}`, line);
      if (sample.lines[place] !== undefined)
        throw new UserError(
          `${path}, line ${line}: ${names[place]} has a value for this time in line ${sample.lines[place]}: ` +
            "name the column of hosts with --host-column, or keep one of them",
        );
      sample.lines[place] = line;
      sample.values[place] = row.values[i] ?? Number.NaN;
    }
  }
  const pivoted = [...samples.values()].map(({ row: { key: _, ...row }, values }): CsvRow => {
    return { ...row, names, values: Float64Array.from(names, (__, i) => values[i] ?? Number.NaN) };
  });
  return {
    names,
    count: async () => pivoted.length,
    async *pieces(): AsyncGenerator<Iterable<CsvRow>> {
      yield pivoted;
    },
  };
}
