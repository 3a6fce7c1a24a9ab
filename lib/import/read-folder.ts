import { namedArrays } from "./array-folder.ts";
import type { NamedSet } from "./data-set.ts";
import { isSmd, readSmd, smdNames } from "./smd-folder.ts";

/** The data sets of one file, or of a folder in any known layout. */
export async function dataSetsAt(path: string): Promise<readonly NamedSet[]> {
  if (!isSmd(path)) return namedArrays(path);
  return smdNames(path).map((name) => ({
    name,
    read: async () => ({ ...(await readSmd(path, name)), isRecording: false }),
  }));
}
