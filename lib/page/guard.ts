import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isFromElsewhere, isLoopback, type Reply } from "../http.ts";
import { errorReply } from "./replies.ts";

/** The header that carries the token of this process. A form cannot set it, and another page's script may not. */
const TOKEN_HEADER = "x-fleetwarden-token";

/**
 * Why a request is refused, or undefined. Any program on this machine may ask. Another page in the same browser may
 * not: neither by a name that points here (DNS rebinding), nor across origins, nor by a form, a frame or an image.
 */
export function refusalOf(request: IncomingMessage, token: string): Reply | undefined {
  const { method, url, headers } = request;
  const { host = "", origin } = headers;
  if (!isLoopback(host)) return errorReply(403, `The host ${host} is not this machine: use 127.0.0.1`);
  if (origin !== undefined && origin !== `http://${host}`)
    return errorReply(403, `Pages of ${origin} may not call this one`);
  if (isFromElsewhere(request, url === "/")) return errorReply(403, "Other pages may not use this one");
  if (method === "GET" || method === "HEAD") return undefined;
  if (method !== "POST")
    return { ...errorReply(405, `${method} is not used here: use GET or POST`), headers: { allow: "GET, HEAD, POST" } };
  if (!isToken(headers[TOKEN_HEADER], token))
    return errorReply(403, `The header ${TOKEN_HEADER} is not that of this process: load the page again`);
  if (!/^application\/json\b/.test(headers["content-type"] ?? ""))
    return errorReply(415, "Changes are sent as application/json");
  return undefined;
}

function isToken(given: string | string[] | undefined, token: string): boolean {
  const [one, other] = [Buffer.from(String(given)), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
