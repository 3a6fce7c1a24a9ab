import { UserError } from "../user-error.ts";

/** The labels of a file, one for each row of the data: 0 for a normal row, 1 for an anomaly. */
export function labelsOf(path: string, values: Float64Array, rows: number, of: string): Uint8Array {
  if (values.length !== rows)
    throw new UserError(`${path}: ${values.length} labels for the ${rows} rows of ${of}: give one for each row`);
  const wrong = values.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0)
    throw new UserError(`${path}, row ${wrong + 1}: ${values[wrong]} is not a label: write 0 for a normal row or 1`);
  return Uint8Array.from(values);
}
