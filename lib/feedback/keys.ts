import type { Environment } from "../clients.ts";
import { readSecret } from "../secret.ts";
import { type Key, keyOf } from "./token.ts";

/** Reads the keys that are valid now; the first one signs. */
export type ReadKeys = () => Promise<readonly Key[]>;

/** The secret's current value and the one before it, so that links outlive a rotation. */
export function secretKeys(env: Environment, arn: string): ReadKeys {
  return async () => {
    const current = keyOf(await readSecret(env, arn));
    const previous = await readSecret(env, arn, "AWSPREVIOUS").catch(noneYet);
    return previous === undefined ? [current] : [current, keyOf(previous)];
  };
}

/** A secret that was never rotated has no previous value. */
function noneYet(error: unknown): undefined {
  if (!(error instanceof Error && error.name === "ResourceNotFoundException")) throw error;
}
