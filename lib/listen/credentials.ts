import { isSecret } from "../http.ts";

/** A text of this many characters cannot be guessed over a network. */
export const SECRET_LENGTH_MIN = 16;

/**
 * Whether an Authorization header has the secret: as `Bearer`, as `Token` (InfluxDB), or as the password of `Basic`,
 * whose user does not matter.
 */
export function isAuthorized(header: string | undefined, secret: string): boolean {
  const [, scheme = "", given = ""] = /^(Bearer|Token|Basic) +(\S+)$/i.exec(header ?? "") ?? [];
  if (scheme === "") return false;
  return isSecret(scheme.toLowerCase() === "basic" ? passwordIn(given) : given, secret);
}

function passwordIn(basic: string): string {
  return Buffer.from(basic, "base64")
    .toString()
    .replace(/^[^:]*:/, "");
}
