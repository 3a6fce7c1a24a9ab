import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { DAY_MS } from "../time.ts";

/** The one incident that a token permits labelling. */
interface Claims {
  readonly host: string;
  /** Milliseconds since the epoch. Host and this time are the key of the incident. */
  readonly opened: number;
  readonly incident: string;
}

/** A secret text of 32 characters or more, and the id by which tokens name it. */
export interface Key {
  readonly id: string;
  readonly secret: string;
}

export type TokenProblem = "malformed" | "unknown key" | "wrong signature" | "expired";

export type Verified = { readonly claims: Claims } | { readonly problem: TokenProblem };

/** Long enough to return from holidays, but a forwarded or archived link does not live for ever. */
const LIFETIME_MS = 30 * DAY_MS;

/** Half of an HMAC-SHA-256 keeps links short; RFC 2104 (section 5) recommends no less. */
const SIGNATURE_BYTES = 16;

const KEY_ID_LENGTH = 6;
const SECRET_LENGTH_MIN = 32;

/** Binds signatures to this use and form of the key. */
const PURPOSE = "fleetwarden feedback 1";

/**
 * Key id, expiry (seconds) and opening (milliseconds) in base 36, incident, host and signature. A host has at most 256
 * characters, so 768 bytes of UTF-8 (those of four bytes count twice), which are 1,024 characters of base64url.
 */
const FORM =
  /^(?<id>[\w-]{6})\.(?<expiry>[0-9a-z]{1,8})\.(?<opening>[0-9a-z]{1,10})\.(?<incident>[A-Z0-9]{1,16})\.(?<host>[\w-]{1,1024})\.(?<signature>[\w-]{22})$/;

/** Makes a key of a secret. Throws if the secret is too short. */
export function keyOf(secret: string): Key {
  if (secret.length < SECRET_LENGTH_MIN) {
    throw new Error(`a key for links has ${SECRET_LENGTH_MIN} or more random characters, this one ${secret.length}`);
  }
  return { id: hmac(secret, `${PURPOSE} key id`).toString("base64url").slice(0, KEY_ID_LENGTH), secret };
}

/** Makes a token for an incident, signed with the first key and valid for 30 days from `now` (ms). */
export function signToken(
  { host, opened, id }: { readonly host: string; readonly opened: number; readonly id: string },
  [key]: readonly Key[],
  now: number,
): string {
  if (!key) throw new Error("no key to sign with");
  const expiry = Math.floor((now + LIFETIME_MS) / 1000).toString(36);
  const name = Buffer.from(host).toString("base64url");
  const signed = `${key.id}.${expiry}.${opened.toString(36)}.${id}.${name}`;
  const token = `${signed}.${signatureOf(signed, key)}`;
  if (!FORM.test(token)) throw new RangeError(`incident ${id} of ${host}, opened ${opened}, fits no token`);
  return token;
}

/** Returns the claims of a token or its first problem. It trusts nothing in the token before the signature. */
export function verifyToken(token: string, keys: readonly Key[], now: number): Verified {
  const { id, expiry = "", opening = "", incident = "", host = "", signature = "" } = FORM.exec(token)?.groups ?? {};
  if (id === undefined) return { problem: "malformed" };
  const key = keys.find((one) => one.id === id);
  if (!key) return { problem: "unknown key" };
  const expected = signatureOf(token.slice(0, -signature.length - 1), key);
  // Compare the texts, not the bytes: base64url ignores four bits of the last character.
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return { problem: "wrong signature" };
  if (Number.parseInt(expiry, 36) * 1000 <= now) return { problem: "expired" };
  return {
    claims: { host: Buffer.from(host, "base64url").toString(), opened: Number.parseInt(opening, 36), incident },
  };
}

const AUDIT_ID_LENGTH = 8;

/** Names a token in the audit without revealing any part of it. */
export function auditId(token: string): string {
  return createHash("sha256").update(token).digest("base64url").slice(0, AUDIT_ID_LENGTH);
}

function signatureOf(signed: string, { secret }: Key): string {
  return hmac(secret, `${PURPOSE}\n${signed}`).subarray(0, SIGNATURE_BYTES).toString("base64url");
}

function hmac(secret: string, text: string): Buffer {
  return createHmac("sha256", secret).update(text).digest();
}
