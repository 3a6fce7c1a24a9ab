import type { Sleep } from "../backoff.ts";
import type { Environment } from "../clients.ts";
import { parseDestination } from "../forward/destination.ts";
import { postAlert } from "../forward/post.ts";
import { ENVIRONMENT, SERVICES } from "../resources.ts";
import { cached, readSecret } from "../secret.ts";
import type { Clock } from "../time.ts";

/** A message of a topic as Lambda delivers it, reduced to the fields that the handler reads. */
export interface TopicEvent {
  readonly Records: readonly { readonly Sns: { readonly Message: string } }[];
}

/** The function that posts alerts to the one service that the environment names; it needs nothing else of the stack. */
export function createForward(env: Environment, { clock, sleep }: { readonly clock: Clock; readonly sleep: Sleep }) {
  const service = SERVICES.find((name) => name === env[ENVIRONMENT.forwardService]);
  const arn = env[ENVIRONMENT.forwardSecret];
  if (!service || !arn) {
    throw new Error(
      `${ENVIRONMENT.forwardService} must name a service, ` +
        `and ${ENVIRONMENT.forwardSecret} the secret with its address or key`,
    );
  }
  const destination = cached(
    async () => parseDestination(service, await readSecret(env, arn), `The secret ${arn}`),
    clock,
  );
  return async ({ Records }: TopicEvent): Promise<void> => {
    const to = await destination();
    for (const { Sns } of Records) await postAlert(Sns.Message, to, sleep);
  };
}
