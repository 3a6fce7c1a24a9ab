import type { Reply, Request } from "../http.ts";
import { parseJson } from "../json.ts";
import { jsonError } from "./aws-replies.ts";
import { type Functions, STARTABLES, type Startable } from "./functions.ts";
import { functionName } from "./names.ts";

/** Lambda's Invoke, and no other call of Lambda (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). */
export function createLambda(functions: Functions): (request: Request) => Promise<Reply> {
  return async (request) => {
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url.pathname)?.[1];
    if (request.method !== "POST" || name === undefined) {
      return jsonError(
        501,
        "NotImplemented",
        `Lambda's ${request.method} ${request.url.pathname} is not supported here`,
      );
    }
    const started = decodeURIComponent(name);
    if (started === functionName("score")) {
      return jsonError(400, "InvalidParameterValueException", "score is started by the stream: put a record on it");
    }
    const startable = STARTABLES.find((candidate) => functionName(candidate) === started);
    if (!startable) return jsonError(404, "ResourceNotFoundException", `Function not found: ${started}`);
    return invoke(functions, startable, request);
  };
}

async function invoke(functions: Functions, name: Startable, request: Request): Promise<Reply> {
  const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
  if (type !== "RequestResponse") {
    return jsonError(501, "NotImplemented", `Invocation type ${type} is not supported here, only RequestResponse`);
  }
  const event = request.body.length === 0 ? {} : parseJson(request.body.toString("utf8"));
  if (event === undefined)
    return jsonError(400, "InvalidRequestContentException", "Could not parse request body into json");
  const headers = { "content-type": "application/json", "x-amz-executed-version": "$LATEST" };
  try {
    const result = await functions.start(name, event);
    return { status: 200, headers, body: JSON.stringify(result ?? null) };
  } catch (error) {
    const { name: errorType, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    return {
      status: 200,
      headers: { ...headers, "x-amz-function-error": "Unhandled" },
      body: JSON.stringify({ errorType, errorMessage: message }),
    };
  }
}

/** The function URL: requests become events in Lambda's payload format 2.0. */
export function createFunctionUrl(functions: Functions): (request: Request) => Promise<Reply> {
  return async ({ method, url, body }) => {
    const event = {
      rawPath: url.pathname,
      body: body.toString("base64"),
      isBase64Encoded: true,
      requestContext: { http: { method } },
    };
    try {
      const { statusCode, headers, body: page } = await functions.feedback(event);
      return { status: statusCode, headers, body: page };
    } catch {
      return { status: 502, headers: { "content-type": "text/plain" }, body: "Internal Server Error" };
    }
  };
}
