import { NodeHttpHandler } from "@smithy/node-http-handler";
import { isLoopback } from "./http.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** After these times the SDK retries a call; the longest normal call takes well under a second. */
const TIMEOUTS = { requestTimeout: 10_000, connectionTimeout: 3_000, throwOnRequestTimeout: true };

/**
 * Settings for any SDK client: region, profile and endpoint from the environment, by AWS's own names. So only the
 * environment differs between AWS and this machine. A loopback endpoint needs no account: without credentials in the
 * environment it gets placeholders.
 */
export function clientConfig(env: Environment) {
  const {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_PROFILE: profile,
    AWS_SDK_UA_APP_ID: userAgentAppId,
  } = env;
  const named = { ...(profile ? { profile } : {}), ...(userAgentAppId ? { userAgentAppId } : {}) };
  if (!endpoint) return { ...named, ...(region ? { region } : {}), requestHandler: TIMEOUTS };
  return {
    ...named,
    endpoint,
    region: region ?? "us-east-1",
    // The Kinesis client speaks HTTP/2 by default, but plain-http endpoints do not.
    requestHandler: endpoint.startsWith("http:") ? new NodeHttpHandler(TIMEOUTS) : TIMEOUTS,
    ...(isLoopback(new URL(endpoint).host) && !env.AWS_ACCESS_KEY_ID && !profile
      ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
      : {}),
  };
}

/** The same for calls whose answer comes once a function has ended. A retry would run the function twice. */
export function invokingConfig(env: Environment, timeoutSeconds: number) {
  const requestHandler = new NodeHttpHandler({ requestTimeout: timeoutSeconds * 1000, throwOnRequestTimeout: true });
  return { ...clientConfig(env), requestHandler, maxAttempts: 1 };
}
