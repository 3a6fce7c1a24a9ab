import { jsonReply, type Reply } from "../http.ts";

export function errorReply(status: number, message: string): Reply {
  return jsonReply(status, { error: message });
}

/**
 * The page loads only this server's files, holds no inline script, and no page may frame it. No cache keeps a reply,
 * and no other page can read or embed one.
 */
export const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; "),
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};
