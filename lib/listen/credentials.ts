import { createHash, timingSafeEqual } from "node:crypto";

/** A text of this many characters cannot be guessed over a network. */
export const SECRET_LENGTH_MIN = 16;

/**
 * Whether an Authorization header has the secret: as `Bearer`, as `Token` (InfluxDB), or as the password of `Basic`,
 * whose user does not matter.
 */
export function isAuthorized(header: string | undefined, secret: string): boolean {
  const [, scheme = "", given = ""] = /^(Bearer|Token|Basic) +(\S+)$/i.exec(header ?? "") ?? [];
  if (scheme === "") return false;
  return isSame(scheme.toLowerCase() === "basic" ? passwordIn(given) : given, secret);
}

function passwordIn(basic: string): string {
  return Buffer.from(basic, "base64")
    .toString()
    .replace(/^[^:]*:/, "");
}

/** Compares in a time that does not depend on how much of the secret is right. */
function isSame(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
