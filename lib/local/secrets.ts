import { randomBytes } from "node:crypto";
import { messageOf } from "../errors.ts";
import type { Reply, Request } from "../http.ts";
import { parseJson } from "../json.ts";
import { jsonError } from "./aws-replies.ts";
import { readIfPresent, replaceFile, setAside } from "./files.ts";
import { SECRET_ARN } from "./names.ts";

/** The length of an HMAC-SHA-256. */
const KEY_BYTES = 32;
/** Only the user who runs the twin may read the key. */
const OWNER_ONLY = 0o600;

/** A shorter key signs nothing (lib/feedback/token.ts). */
const KEY_LENGTH_MIN = 32;

/**
 * The key that signs the links in alerts, from a file that is created if missing; without a path it is new. A new key
 * takes the place of an unusable file, for this run alone if it cannot be written.
 */
export async function openKey(path: string | undefined, log: (line: string) => void): Promise<string> {
  const fresh = randomBytes(KEY_BYTES).toString("base64url");
  if (path === undefined) return fresh;
  try {
    const kept = (await readIfPresent(path))?.trim();
    if (kept !== undefined && kept.length >= KEY_LENGTH_MIN) return kept;
    if (kept !== undefined)
      log(`${path} is damaged; ${await setAside(path)}. Links in earlier alerts no longer work; new ones do.`);
    await replaceFile(path, `${fresh}\n`, OWNER_ONLY);
  } catch (error) {
    log(
      `${path} cannot be used (${messageOf(error)}): make it a file that this user may read and write. ` +
        "Until then links in alerts work only until the twin stops.",
    );
  }
  return fresh;
}

/**
 * Secrets Manager's GetSecretValue of the one secret, which is never rotated
 * (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html).
 */
export function createSecrets(key: string): (request: Request) => Promise<Reply> {
  return async ({ headers, body }) => {
    if (headers["x-amz-target"] !== "secretsmanager.GetSecretValue") {
      return jsonError(501, "NotImplemented", `${headers["x-amz-target"]} is not supported here`);
    }
    const asked: { SecretId?: unknown; VersionStage?: unknown } = parseJson(body.toString("utf8")) ?? {};
    const { SecretId, VersionStage = "AWSCURRENT" } = asked;
    if (SecretId !== SECRET_ARN || VersionStage !== "AWSCURRENT") {
      return jsonError(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }
    const value = { ARN: SECRET_ARN, Name: SECRET_ARN, SecretString: key, VersionStages: [VersionStage] };
    return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(value) };
  };
}
