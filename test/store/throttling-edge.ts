import { once } from "node:events";
import http from "node:http";
import type { Environment } from "../../lib/clients.ts";
import { urlOf } from "./dynalite.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const THROTTLED = JSON.stringify({
  __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
  message: "The level of configured provisioned throughput for the table was exceeded.",
});

/** A request by the name of its operation and the table that it names. */
interface Asked {
  readonly operation: string;
  readonly body: string;
}

/** An edge before DynamoDB that answers as a table that is out of capacity: the emulator itself never throttles. */
export async function startEdge(behind: Environment) {
  const { hostname: host, port } = new URL(behind.AWS_ENDPOINT_URL ?? "");
  let isThrottled = (_: Asked): boolean => false;
  const server = http.createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    if (isThrottled({ operation, body: body.toString("utf8") })) {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(THROTTLED);
      return;
    }
    const { method, url: path, headers } = request;
    const forwarded = http.request({ host, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forwarded.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    env: { ...behind, AWS_ENDPOINT_URL: urlOf(server) },
    /** From now on, the requests for which this is true are throttled. */
    throttle(when: (asked: Asked) => boolean) {
      isThrottled = when;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
