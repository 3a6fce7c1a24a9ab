import type { IncomingMessage } from "node:http";
import { isFromElsewhere, isLoopback, isSecret, type Reply } from "../http.ts";
import { errorReply } from "./replies.ts";

/** The header that carries the token of this process. A form cannot set it, and another page's script may not. */
const TOKEN_HEADER = "x-fleetwarden-token";

/** Where a page is served. */
export interface Site {
  readonly schemes: readonly string[];
  /** Whether a name in a browser's request is one of its own. */
  readonly isHere: (host: string) => boolean;
}

/** A page for this machine alone. */
export const LOOPBACK_SITE: Site = { schemes: ["http"], isHere: isLoopback };

/**
 * A page behind a login, under any name: a browser sends the cookie of the login only to the name that got it. A proxy
 * in front of it may speak TLS.
 */
export const PUBLIC_SITE: Site = { schemes: ["http", "https"], isHere: () => true };

/**
 * Why a request is refused, or undefined. Any program on this machine may ask. Another page in the same browser may
 * not. That holds for a name that points here (DNS rebinding), for other origins, and for a form, a frame or an image.
 */
export function refusalOf(request: IncomingMessage, token: string, site: Site): Reply | undefined {
  const { method, headers } = request;
  const refusal = refusalByOrigin(request, site);
  if (refusal) return refusal;
  if (method === "GET" || method === "HEAD") return undefined;
  if (method !== "POST")
    return { ...errorReply(405, `${method} is not used here: use GET or POST`), headers: { allow: "GET, HEAD, POST" } };
  if (!isSecret(String(headers[TOKEN_HEADER]), token))
    return errorReply(403, `The header ${TOKEN_HEADER} is not that of this process: load the page again`);
  if (!/^application\/json\b/.test(headers["content-type"] ?? ""))
    return errorReply(415, "Changes are sent as application/json");
  return undefined;
}

/** Why a request may not come from its origin, or undefined. */
export function refusalByOrigin(request: IncomingMessage, { schemes, isHere }: Site): Reply | undefined {
  const { host = "", origin } = request.headers;
  if (!isHere(host)) return errorReply(403, `The host ${host} is not this machine: use 127.0.0.1`);
  if (origin !== undefined && !schemes.some((scheme) => origin === `${scheme}://${host}`))
    return errorReply(403, `Pages of ${origin} may not call this one`);
  return isFromElsewhere(request, request.url === "/")
    ? errorReply(403, "Other pages may not use this one")
    : undefined;
}
