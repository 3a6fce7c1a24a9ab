import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type CommandLine, commandOf, INSTALLED } from "../command-line.ts";
import { messageOf } from "../errors.ts";
import { isSecret, type Reply, readBody, remoteAddressOf, send } from "../http.ts";
import { html, htmlPage } from "../markup.ts";
import { oneLine } from "../plain-text.ts";
import { type Clock, HOUR_MS, MINUTE_MS } from "../time.ts";
import { NAME_LENGTH_MAX } from "../wire/limits.ts";
import { PUBLIC_SITE, refusalByOrigin } from "./guard.ts";
import { errorReply, HEADERS } from "./replies.ts";

export interface LoginOptions {
  readonly password: string;
  /** Whether browsers reach the page over TLS alone. */
  readonly isSecure: boolean;
  /** The page as that person sees it. */
  readonly serve: (by: string) => RequestListener;
  readonly clock: Clock;
  /** How people call commands on the machine of the twin; absent: as installed. */
  readonly command?: CommandLine;
  /** Gets one line for each failure. */
  readonly log: (line: string) => void;
}

interface Session {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly page: RequestListener;
  /** Responses that go on, such as events. */
  readonly open: Set<ServerResponse>;
}

const SESSION_MS = 12 * HOUR_MS;
/** At once in one session: the events of all its tabs and their concurrent requests. */
const RESPONSES_MAX = 64;
const SESSIONS_MAX = 100;
const ID_BYTES = 32;
const FORM_BYTES_MAX = 2_048;
/** The name of a person who gives none. */
const NOBODY = "somebody on the page";

/** The page behind a form that asks for the password. A person who is not logged in gets this form and nothing else. */
export function createLogin(options: LoginOptions): RequestListener {
  const { password, isSecure, serve, clock, log } = options;
  const formReply = formOf(commandOf(options.command ?? INSTALLED, "up"));
  const sessions = new Map<string, Session>();
  const attempts = createAttempts(clock);
  // A browser takes a cookie of this name over TLS only, and from no other host.
  const name = isSecure ? "__Host-fleetwarden" : "fleetwarden";
  const cookie = (value: string, seconds: number) =>
    `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;

  /** Events of other tabs would go on without their session. */
  function logOut(id: string): void {
    const { open = [] } = sessions.get(id) ?? {};
    sessions.delete(id);
    for (const response of open) response.destroy();
  }

  async function logIn(request: IncomingMessage): Promise<Reply> {
    const from = networkOf(request);
    if (!attempts.begin(from)) return formReply(429, TOO_MANY, { "retry-after": String(MINUTE_MS / 1000) });
    const body = await readBody(request, FORM_BYTES_MAX);
    const form = new URLSearchParams(body?.toString() ?? "");
    if (!isSecret(form.get("password") ?? "", password)) return formReply(401, WRONG);
    attempts.succeeded(from);
    const [oldest] = sessions.keys();
    if (sessions.size >= SESSIONS_MAX && oldest !== undefined) logOut(oldest);
    const id = randomBytes(ID_BYTES).toString("base64url");
    const by = oneLine((form.get("name") ?? "").slice(0, NAME_LENGTH_MAX)) || NOBODY;
    sessions.set(id, { until: clock() + SESSION_MS, page: serve(by), open: new Set() });
    return { status: 303, headers: { location: "/", "set-cookie": cookie(id, SESSION_MS / 1000) } };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [header, value] of Object.entries(HEADERS)) response.setHeader(header, value);
    const { method = "GET", url = "/" } = request;
    const id = cookieOf(request, name);
    const session = sessions.get(id);
    const left = (session?.until ?? 0) - clock();
    if (session && left > 0 && url !== "/logout" && url !== "/login") {
      const { open, page } = session;
      if (open.size >= RESPONSES_MAX) return send(response, errorReply(503, "Too many pages are open: close some"));
      // Events never end by themselves: they end with the session.
      const end = setTimeout(() => response.destroy(), left);
      open.add(response);
      response.on("close", () => {
        clearTimeout(end);
        open.delete(response);
      });
      return page(request, response);
    }
    const refusal = refusalByOrigin(request, PUBLIC_SITE);
    if (refusal) return send(response, refusal);
    if (url === "/logout") {
      logOut(id);
      return send(response, formReply(200, "", { "set-cookie": cookie("", 0) }));
    }
    if (url === "/login" && method === "POST") return send(response, await logIn(request));
    if ((url === "/" || url === "/login") && method === "GET") return send(response, formReply(200, ""));
    send(response, errorReply(401, "You are not logged in: load the page again"));
  }

  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log(`The login of the page: ${messageOf(error)}`);
      response.destroy();
    });
  };
}

const ATTEMPTS_MAX = 5;
const NETWORKS_MAX = 1_000;

/** Allows a network a fixed number of passwords a minute until one is right. Each counts before it is checked. */
function createAttempts(clock: Clock) {
  const begun = new Map<string, { count: number; readonly until: number }>();
  const sweep = () => {
    for (const [from, { until }] of begun) if (until <= clock()) begun.delete(from);
  };
  return {
    /** False when the limit is reached. */
    begin(from: string): boolean {
      sweep();
      const known = begun.get(from) ?? { count: 0, until: clock() + MINUTE_MS };
      if (known.count >= ATTEMPTS_MAX || (known.count === 0 && begun.size >= NETWORKS_MAX)) return false;
      known.count++;
      begun.set(from, known);
      return true;
    },
    succeeded: (from: string) => begun.delete(from),
  };
}

/** One machine of IPv6 has all addresses of its network of 64 bits. */
function networkOf(request: IncomingMessage): string {
  const address = remoteAddressOf(request);
  if (!address.includes(":")) return address;
  const [head = [], tail = []] = address.split("::").map((part) => part.split(":"));
  return [...head, ...new Array(Math.max(0, 8 - head.length - tail.length)).fill("0"), ...tail].slice(0, 4).join(":");
}

function cookieOf({ headers }: IncomingMessage, name: string): string {
  const cookies = (headers.cookie ?? "").split(";").map((text) => text.trim().split("="));
  return cookies.find(([key]) => key === name)?.[1] ?? "";
}

const WRONG = "That is not the password.";
const TOO_MANY = "Too many wrong passwords: try again in a minute.";

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;color-scheme:light dark;max-width:22rem;margin:15vh auto;padding:0 1rem}
label{display:block;margin:1rem 0}input,button{font:inherit;width:100%;padding:.5rem;box-sizing:border-box}`;
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

/** The form, with the command that started the twin. */
const formOf =
  (up: string) =>
  (status: number, problem: string, headers: Readonly<Record<string, string>> = {}): Reply => {
    const form = html`${problem === "" ? [] : [html`<p role="alert">${problem}</p>`]}
<form method="post" action="/login">
<label>Your name, beside what you change <input name="name" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required autofocus></label>
<button>Log in</button>
</form>
<p>The machine that runs <code>${up}</code> has the password, and says at its start where.</p>`;
    return {
      status,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": POLICY,
        // Under no-referrer, a browser sends forms without their origin.
        "referrer-policy": "same-origin",
        ...headers,
      },
      body: htmlPage("Fleetwarden", STYLE, form),
    };
  };
