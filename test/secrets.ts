import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** GetSecretValue of Secrets Manager's JSON protocol, on this machine; `secretAt` gives a stage's value. */
export async function startSecrets(arn: string, secretAt: (stage: string) => unknown) {
  const server = createServer(async (request, response) => {
    const { SecretId, VersionStage } = (await json(request)) as Record<string, string>;
    const known = SecretId === arn && request.headers["x-amz-target"] === "secretsmanager.GetSecretValue";
    const value = known && VersionStage ? secretAt(VersionStage) : undefined;
    response
      .writeHead(value ? 200 : 400, { "content-type": "application/x-amz-json-1.1" })
      .end(JSON.stringify(value ?? { __type: "ResourceNotFoundException", message: "Secrets Manager can't find it" }));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    /** The environment of its clients. */
    env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
