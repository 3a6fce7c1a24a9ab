import { clientConfig, type Environment } from "./clients.ts";
import { type Clock, MINUTE_MS } from "./time.ts";

/** A new value takes effect after at most this time. */
const FRESH_MS = 5 * MINUTE_MS;
/** Callers should not wait again and again for a value that cannot be read. */
const RETRY_MS = MINUTE_MS;
const WAIT_MS = 5_000;

/** Reads at most every five minutes, or once a minute while that fails. */
export function cached<T>(read: () => Promise<T>, clock: Clock): () => Promise<T> {
  let value: Promise<T> | undefined;
  let until = 0;
  return () => {
    const now = clock();
    if (value && now < until) return value;
    until = now + FRESH_MS;
    value = read().catch((error: unknown) => {
      until = now + RETRY_MS;
      throw error;
    });
    return value;
  };
}

/** The text of a secret in Secrets Manager. */
export async function readSecret(
  env: Environment,
  arn: string,
  stage: "AWSCURRENT" | "AWSPREVIOUS" = "AWSCURRENT",
): Promise<string> {
  // Imported on use: few runs read a secret, and every cold start would pay for it.
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient(clientConfig(env));
  try {
    const command = new GetSecretValueCommand({ SecretId: arn, VersionStage: stage });
    const { SecretString } = await client.send(command, { abortSignal: AbortSignal.timeout(WAIT_MS) });
    if (SecretString === undefined) throw new Error(`the secret ${arn} is no text`);
    return SecretString;
  } finally {
    client.destroy();
  }
}
