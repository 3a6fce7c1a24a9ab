import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientConfig, type Environment } from "../clients.ts";
import { MINUTE_MS } from "../time.ts";
import { type Key, keyOf } from "./token.ts";

/** Reads the keys that are valid now; the first one signs. */
export type ReadKeys = () => Promise<readonly Key[]>;

/** A rotation takes effect after at most this time. */
const FRESH_MS = 5 * MINUTE_MS;
/** Alerts must not wait again and again for keys that cannot be read. */
const RETRY_MS = MINUTE_MS;
/** After this time an alert is sent without its link. */
const WAIT_MS = 5_000;

/** Reads keys at most every five minutes, or once a minute while that fails. */
export function cacheKeys(read: ReadKeys, clock: () => number): ReadKeys {
  let keys: Promise<readonly Key[]> | undefined;
  let until = 0;
  return () => {
    const now = clock();
    if (keys && now < until) return keys;
    until = now + FRESH_MS;
    keys = read().catch((error: unknown) => {
      until = now + RETRY_MS;
      throw error;
    });
    return keys;
  };
}

/** The secret's current value and the one before it, so that links outlive a rotation. */
export function secretKeys(env: Environment, arn: string): ReadKeys {
  return async () => {
    const client = new SecretsManagerClient(clientConfig(env));
    const abortSignal = AbortSignal.timeout(WAIT_MS);
    const value = async (stage: string) => {
      const command = new GetSecretValueCommand({ SecretId: arn, VersionStage: stage });
      const { SecretString } = await client.send(command, { abortSignal });
      if (SecretString === undefined) throw new Error(`the secret ${arn} is no text`);
      return keyOf(SecretString);
    };
    try {
      const current = await value("AWSCURRENT");
      const previous = await value("AWSPREVIOUS").catch(noneYet);
      return previous ? [current, previous] : [current];
    } finally {
      client.destroy();
    }
  };
}

/** A secret that was never rotated has no previous value. */
function noneYet(error: unknown): undefined {
  if (!(error instanceof Error && error.name === "ResourceNotFoundException")) throw error;
}
