import http from "node:http";

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a plain request to the page's server. */
export function call(url: string, options: http.RequestOptions = {}, body = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: Buffer.concat(chunks).toString(),
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** The token that the page carries. */
export async function tokenOf(url: string): Promise<string> {
  const [, token = ""] = /name="token" content="([^"]+)"/.exec((await call(url)).text) ?? [];
  return token;
}

/** The page's request for a change, by the last part of the path. */
export async function changer(url: string) {
  const headers = { "content-type": "application/json", "x-fleetwarden-token": await tokenOf(url) };
  return async (path: string, body: unknown) => {
    const { status, text } = await call(`${url}/api/${path}`, { method: "POST", headers }, JSON.stringify(body));
    return { status, answer: JSON.parse(text) };
  };
}

/** Follows the events of a page: `next` waits for one of that name which fits. */
export async function follow(url: string) {
  const stopping = new AbortController();
  const response = await fetch(`${url}/api/events`, { signal: stopping.signal });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return {
    // biome-ignore lint/suspicious/noExplicitAny: events are what the test says they are
    async next(name: string, fits: (data: any) => boolean = () => true): Promise<any> {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end < 0) {
          const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
          if (done) throw new Error(`the events ended before ${name}`);
          text += decoder.decode(value, { stream: true });
          continue;
        }
        const [, event, data = "null"] = /^event: (\S+)\ndata: (.*)$/m.exec(text.slice(0, end)) ?? [];
        text = text.slice(end + 2);
        if (event !== name) continue;
        const parsed: unknown = JSON.parse(data);
        if (fits(parsed)) return parsed;
      }
    },
    end: () => stopping.abort(),
  };
}
