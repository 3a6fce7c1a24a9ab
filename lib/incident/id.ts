import { createHash } from "node:crypto";

/** Letters and digits that cannot be mistaken for one another. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 6;

/** The same subject and time always give the same id, so an incident that is decided twice stays one. */
export function incidentId(subject: string, opened: number): string {
  const digest = createHash("sha256").update(`${opened} ${subject}`).digest();
  return Array.from(digest.subarray(0, LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}
