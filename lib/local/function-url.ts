import type { Reply, Request } from "../http.ts";
import type { Functions } from "./functions.ts";

/** The function URL: requests become events in Lambda's payload format 2.0. */
export function createFunctionUrl(functions: Pick<Functions, "feedback">): (request: Request) => Promise<Reply> {
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
