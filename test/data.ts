import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Labelled data for measuring lies beside the project on the developers' machines. The project does not need it. */
const folder = process.env.FLEETWARDEN_DATA ?? join(__dirname, "../../shared/data");

/** `test` where the measuring data is at hand, else a test that passes and says that it was skipped. */
export function testWithData(name: string, body: () => void | Promise<void>): void {
  if (existsSync(folder)) test(name, async () => body());
  else test(`(skipped, no measuring data at hand) ${name}`, () => console.warn(`skipped: ${name}`));
}

export function dataPath(name: string): string {
  return join(folder, name);
}

/** A numeric CSV with a header line: its columns' names and its rows, one after the other. */
export function readTable(name: string): { names: string[]; rows: Float64Array } {
  const [header, ...lines] = gunzipSync(readFileSync(dataPath(name)))
    .toString()
    .trim()
    .split("\n");
  return { names: header!.split(","), rows: Float64Array.from(lines.flatMap((line) => line.split(",").map(Number))) };
}
