import type { Sleep } from "../backoff.ts";
import { codeOf, messageOf } from "../errors.ts";
import { isObject } from "../json.ts";
import { oneLine } from "../plain-text.ts";
import { SECOND_MS } from "../time.ts";
import { type Destination, TITLES } from "./destination.ts";
import type { Posting } from "./posting.ts";
import { postingsOf } from "./postings.ts";

const ATTEMPT_TIMEOUT_MS = 10 * SECOND_MS;
/** A service that asks for a longer pause gets the alert with the next delivery of it. */
const PAUSE_MAX_MS = 20 * SECOND_MS;
const ATTEMPTS_MAX = 3;
/** The part of an answer that helps to find out what was wrong. */
const REASON_LENGTH_MAX = 200;

/** Posts the JSON of an alert to a service, in its format. Throws if the service did not take it. */
export async function postAlert(json: string, to: Destination, sleep: Sleep, signal?: AbortSignal): Promise<void> {
  for (const posting of postingsOf(json, to)) {
    const refusal = await post(posting, sleep, signal);
    // The answer could repeat the secret that it got.
    if (refusal !== undefined) throw new Error(`${TITLES[to.service]} ${withoutSecret(refusal, to)}`);
  }
}

/** Undefined once the service has taken it, otherwise its answer. */
async function post(posting: Posting, sleep: Sleep, signal?: AbortSignal): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    const answer = await request(posting, signal);
    if (typeof answer === "string") return answer;
    const { ok, status, headers } = answer;
    const reason = await reasonOf(answer);
    if (ok) return undefined;
    const pauseMs = status === 429 ? Number(headers.get("retry-after") ?? Number.NaN) * SECOND_MS : Number.NaN;
    if (!(pauseMs <= PAUSE_MAX_MS) || attempt === ATTEMPTS_MAX) return `answered ${status}${reason && `: ${reason}`}`;
    await sleep(pauseMs, signal);
  }
}

async function request({ method, url, headers, body }: Posting, signal?: AbortSignal): Promise<Response | string> {
  const timeout = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
  try {
    return await fetch(url, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
      // A redirected POST would become a GET.
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    return `cannot be reached at ${url.host}: ${reasonBelow(error)}`;
  }
}

/** Node hides the reason below "fetch failed"; if it tried several addresses, there is only a code. */
function reasonBelow(error: unknown): string {
  const cause = isObject(error) && error.cause !== undefined ? error.cause : error;
  return messageOf(cause) || codeOf(cause);
}

/** Reads the beginning of an answer, which frees its connection. */
async function reasonOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const { value } = (await reader?.read().catch(() => undefined)) ?? {};
  await reader?.cancel().catch(() => undefined);
  return oneLine(Buffer.from(value ?? []).toString()).slice(0, REASON_LENGTH_MAX);
}

function withoutSecret(text: string, { url, key }: Destination): string {
  return text.replaceAll(key || `${url.pathname}${url.search}`, "…");
}
