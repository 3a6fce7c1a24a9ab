import { parseConfig } from "../../lib/config/config.ts";

/** The message without the file's name, which begins each line. */
export function problemsOf(document: unknown): string {
  try {
    parseConfig(JSON.stringify(document), "FILE");
    return "none";
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll(/^FILE(, |: )?/gm, "") : "no Error";
  }
}

/** A configuration of these keys. */
export const of = (document: object) => ({ version: 1, ...document });
