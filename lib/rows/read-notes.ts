import type { Survey } from "./survey.ts";

/** How a file was read, in sentences for people. Those columns are left out only where nobody uses them. */
export function readNotes(
  { notes, leftOut }: Pick<Survey, "notes" | "leftOut">,
  used: readonly string[] = [],
): readonly string[] {
  const names = leftOut.filter(({ name }) => !used.includes(name)).map(({ name, reason }) => `${name} (${reason})`);
  return names.length > 0 ? [...notes, `Not judged: ${names.join(", ")}.`] : notes;
}

/** Columns that `send` and `replay` use. */
export const USED = ["group", "label"];
