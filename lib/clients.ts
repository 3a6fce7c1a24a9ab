import { NodeHttpHandler } from "@smithy/node-http-handler";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a service answers slower than this is retried by the SDK; the longest call of ours takes well under a second. */
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 3_000;

/**
 * Settings for any SDK client from an environment: region and endpoint as AWS names them, so that only the environment
 * differs between AWS and this machine. An endpoint on the loopback interface needs no account: without credentials
 * in the environment it is given placeholder ones.
 */
export function clientConfig(env: Environment) {
  const endpoint = env.AWS_ENDPOINT_URL;
  const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS, connectionTimeout: CONNECTION_TIMEOUT_MS };
  if (!endpoint) return env.AWS_REGION ? { region: env.AWS_REGION } : {};
  return {
    endpoint,
    region: env.AWS_REGION ?? "us-east-1",
    // The Kinesis client speaks HTTP/2 by default, which plain-http endpoints do not.
    ...(endpoint.startsWith("http:") ? { requestHandler: new NodeHttpHandler(timeouts) } : {}),
    ...(isLoopback(endpoint) && !env.AWS_ACCESS_KEY_ID
      ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
      : {}),
  };
}

export function isLoopback(endpoint: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname);
}
