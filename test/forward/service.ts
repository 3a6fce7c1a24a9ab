import http from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Service } from "../../lib/resources.ts";
import { SECRETS } from "./secrets.ts";
import { problemsOf, type Seen } from "./validators.ts";

/** A server's answer: 200 by default. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * A server on this machine in place of a service. It answers 400 to what the service would not accept, and answers all
 * other requests as `answers` says, the first one first.
 */
export async function startService(service: Service, answers: readonly Answer[] = []) {
  const seen: Seen[] = [];
  const left = [...answers];
  const server = http.createServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const one = { method, path, authorization: headers.authorization, body: await json(request) };
    seen.push(one);
    const problems = problemsOf(service, one);
    const answer = problems.length > 0 ? { status: 400, body: problems.join("; ") } : (left.shift() ?? {});
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const isWebhook = service === "slack" || service === "teams";
  return {
    /** The address or key that people give to Fleetwarden. */
    secret: isWebhook ? `http://127.0.0.1:${port}/hook/secret` : `http://${SECRETS[service]}@127.0.0.1:${port}`,
    seen,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
