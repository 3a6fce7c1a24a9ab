import { NodeHttpHandler } from "@smithy/node-http-handler";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The SDK retries a call that takes longer than this. Our longest call takes well under a second. */
const TIMEOUTS = { requestTimeout: 10_000, connectionTimeout: 3_000, throwOnRequestTimeout: true };

/**
 * Settings for any SDK client from an environment: region, profile and endpoint as AWS names them, so that only the
 * environment differs between AWS and this machine. An endpoint on the loopback interface needs no account: without
 * credentials in the environment it is given placeholder ones.
 */
export function clientConfig(env: Environment) {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_PROFILE: profile } = env;
  const named = profile ? { profile } : {};
  if (!endpoint) return { ...named, ...(region ? { region } : {}), requestHandler: TIMEOUTS };
  return {
    ...named,
    endpoint,
    region: region ?? "us-east-1",
    // The Kinesis client speaks HTTP/2 by default, which plain-http endpoints do not.
    requestHandler: endpoint.startsWith("http:") ? new NodeHttpHandler(TIMEOUTS) : TIMEOUTS,
    ...(isLoopback(endpoint) && !env.AWS_ACCESS_KEY_ID && !profile
      ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
      : {}),
  };
}

function isLoopback(endpoint: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname);
}
