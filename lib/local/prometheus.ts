import type { Reply, Request } from "../http.ts";

/** The path that Prometheus reads by default. */
export const METRICS_PATH = "/metrics";

/** The answer to a scrape. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Answers scrapes, by GET and HEAD only. */
export function createMetrics(read: () => Promise<Exposition>): (request: Request) => Promise<Reply> {
  return async ({ method }) => {
    if (method !== "GET" && method !== "HEAD")
      return { status: 405, headers: { allow: "GET, HEAD", "content-type": "text/plain" }, body: "Use GET.\n" };
    const { contentType, text } = await read();
    return { status: 200, headers: { "content-type": contentType }, body: text };
  };
}
