import type { Reply } from "../http.ts";

/** An error as the JSON protocols of AWS write it. */
export function jsonError(status: number, code: string, message: string): Reply {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code },
    body: JSON.stringify({ __type: code, message }),
  };
}

export function xml(status: number, body: string): Reply {
  return { status, headers: { "content-type": "text/xml" }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}

/** One element; its content must be escaped already. */
export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}
