// The page behind a login, as a browser and as strangers ask for it.
import http from "node:http";
import { createLogin } from "../../lib/page/login.ts";
import { type Page, startPage } from "../../lib/page/server.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { START } from "../factories.ts";
import { barriers, openBrowser, openTab, testInBrowser } from "./browser.ts";
import { call } from "./client.ts";

const PASSWORD = "open sesame, or what";
const log: string[] = [];
let now = START;
let page: Page;
let servers: http.Server[] = [];

beforeAll(async () => {
  const stores = createMemoryStores(() => START);
  page = await startPage({
    port: 0,
    stores,
    clock: () => START,
    everyMs: 50,
    by: "ann",
    command: { program: "bin/fleetwarden", target: "--stack Fleet" },
    log: (line) => log.push(line),
  });
});

afterEach(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  servers = [];
});

afterAll(async () => {
  await page.close();
  expect(log).toEqual([]);
});

/** A server of its own for each test, as attempts count for each. */
async function door(isSecure = false, serve = page.serve): Promise<string> {
  const clock = () => now;
  const login = createLogin({
    ...{ password: PASSWORD, isSecure, serve, clock, log: (line) => log.push(line) },
    command: { program: "bin/fleetwarden" },
  });
  const server = http.createServer(login).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.on("listening", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };

function logIn(url: string, password = PASSWORD, headers: http.OutgoingHttpHeaders = {}) {
  const body = new URLSearchParams({ name: "bo", password }).toString();
  return call(`${url}/login`, { method: "POST", headers: { ...FORM, ...headers } }, body);
}

/** The cookie of a person who has logged in. */
async function cookieOf(url: string): Promise<string> {
  const { headers } = await logIn(url);
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

test("a stranger gets the form at / and nothing anywhere else", async () => {
  const url = await door();
  const { status, text, headers } = await call(url);
  expect(status).toBe(200);
  expect(text).toContain('<form method="post" action="/login">');
  expect(text).not.toContain("app.js");
  expect(headers).toMatchObject({ "cache-control": "no-store", "x-frame-options": "DENY" });
  for (const path of ["/app.js", "/style.css", "/icon.svg", "/api/events", "/api/labels", "/index.html"])
    expect(await call(`${url}${path}`)).toMatchObject({ status: 401 });
  for (const cookie of ["fleetwarden=", "fleetwarden=x", "fleetwarden=undefined", "a=b; fleetwarden"])
    expect(await call(`${url}/api/labels`, { headers: { cookie } })).toMatchObject({ status: 401 });
});

test("the password opens the page, its files, its requests and its events", async () => {
  const url = await door();
  const answer = await logIn(url);
  expect(answer).toMatchObject({ status: 303, headers: { location: "/" } });
  expect(answer.headers["set-cookie"]).toEqual([
    expect.stringMatching(/^fleetwarden=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/),
  ]);
  const headers = { cookie: `other=1; ${await cookieOf(url)}` };
  const { text } = await call(url, { headers });
  expect(text).toContain("/app.js");
  expect(text).toContain('<a href="/logout">');
  expect(await call(`${url}/app.js`, { headers })).toMatchObject({ status: 200 });
  expect(await call(`${url}/api/labels`, { headers })).toMatchObject({ status: 200 });
  const events = await fetch(`${url}/api/events`, { headers });
  const first = await events.body?.getReader().read();
  expect(new TextDecoder().decode(first?.value)).toMatch(/^retry: 1000/);
});

test("form and page name commands as they work for their reader", async () => {
  const url = await door();
  expect((await call(url)).text).toContain("<code>bin/fleetwarden up</code>");
  expect((await call(url, { headers: { cookie: await cookieOf(url) } })).text).toContain(
    "`bin/fleetwarden agent` or `bin/fleetwarden send --stack Fleet` does that.",
  );
});

test("the cookie of a page over TLS is for TLS and this host alone", async () => {
  const { headers } = await logIn(await door(true));
  expect(headers["set-cookie"]?.[0]).toMatch(/^__Host-fleetwarden=.*; HttpOnly; SameSite=Strict; Secure$/);
});

test("the page of this machine has no logout", async () => {
  expect((await call(page.url)).text).not.toMatch(/logout/);
});

test("a wrong password opens nothing; after five in a minute the right one has to wait", async () => {
  const url = await door();
  for (const password of ["", "x", PASSWORD.slice(1), `${PASSWORD} `, "x".repeat(3_000)]) {
    const { status, headers, text } = await logIn(url, password);
    expect({ status, cookie: headers["set-cookie"] }).toEqual({ status: 401, cookie: undefined });
    expect(text).toContain("not the password");
  }
  expect(await logIn(url)).toMatchObject({ status: 429, headers: { "retry-after": "60" } });
  now += 60_000;
  expect(await logIn(url)).toMatchObject({ status: 303 });
});

test("of 40 passwords sent at once five are tried", async () => {
  const url = await door();
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => logIn(url, `guess ${i}`)));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
});

test("a session and its events end after twelve hours, or by logging out", async () => {
  const url = await door();
  const headers = { cookie: await cookieOf(url) };
  now += 12 * 3_600_000 - 1;
  expect(await call(`${url}/api/labels`, { headers })).toMatchObject({ status: 200 });
  const events = await fetch(`${url}/api/events`, { headers });
  await expect(events.text()).rejects.toThrow("terminated");
  now += 1;
  expect(await call(`${url}/api/labels`, { headers })).toMatchObject({ status: 401 });
  const again = { cookie: await cookieOf(url) };
  const followed = await fetch(`${url}/api/events`, { headers: again });
  const other = await fetch(`${url}/api/events`, { headers: { cookie: await cookieOf(url) } });
  const out = await call(`${url}/logout`, { headers: again });
  expect(out.headers["set-cookie"]?.[0]).toContain("Max-Age=0");
  expect(await call(`${url}/api/labels`, { headers: again })).toMatchObject({ status: 401 });
  await expect(followed.text()).rejects.toThrow("terminated");
  // Somebody else's events go on.
  expect((await other.body?.getReader().read())?.done).toBe(false);
});

test("a session has at most 64 responses at once", async () => {
  let begun = 0;
  let full = () => {};
  const isFull = new Promise<void>((resolve) => {
    full = resolve;
  });
  const serve = () => () => {
    begun++;
    if (begun === 64) full();
  };
  const url = await door(false, serve);
  const headers = { cookie: await cookieOf(url) };
  const all = Promise.allSettled(Array.from({ length: 64 }, () => call(`${url}/api/events`, { headers })));
  await isFull;
  expect(await call(`${url}/api/events`, { headers })).toMatchObject({ status: 503 });
  await call(`${url}/logout`, { headers });
  expect((await all).every(({ status }) => status === "rejected")).toBe(true);
});

test.each([
  ["a form of another site", { origin: "https://evil.example" }],
  ["a sandboxed frame", { origin: "null" }],
  ["a script of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
  ["a page of another port", { "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate" }],
])("the login refuses %s", async (_, headers) => {
  expect(await logIn(await door(), PASSWORD, headers)).toMatchObject({ status: 403 });
});

test("a page of another port cannot log anybody out", async () => {
  const url = await door();
  const headers = { cookie: await cookieOf(url) };
  const foreign = { ...headers, "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" };
  expect(await call(`${url}/logout`, { headers: foreign })).toMatchObject({ status: 403 });
  expect(await call(`${url}/api/labels`, { headers })).toMatchObject({ status: 200 });
});

test("the guard against other sites works behind the login too, whatever name the page has", async () => {
  const url = await door();
  const cookie = await cookieOf(url);
  const ask = (headers: http.OutgoingHttpHeaders) => call(`${url}/api/labels`, { headers: { cookie, ...headers } });
  expect(await ask({ host: "fleet.example:4318", origin: "http://fleet.example:4318" })).toMatchObject({ status: 200 });
  expect(await ask({ host: "fleet.example", origin: "https://fleet.example" })).toMatchObject({ status: 200 });
  expect(await ask({ host: "fleet.example", origin: "https://evil.example" })).toMatchObject({ status: 403 });
  expect(await ask({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toMatchObject({ status: 403 });
  const change = { method: "POST", headers: { cookie, "content-type": "application/json" } };
  expect(await call(`${url}/api/label`, change, "{}")).toMatchObject({ status: 403 });
});

testInBrowser("somebody logs in, sees the fleet live, and logs out", async () => {
  const url = await door();
  const browser = await openBrowser();
  try {
    const { tab, errors } = await openTab(browser);
    tab.setDefaultTimeout(20_000);
    await tab.goto(url);
    expect(await barriers(tab)).toEqual([]);
    await tab.getByLabel("Password").fill("wrong");
    await tab.getByRole("button", { name: "Log in" }).click();
    await tab.getByText("That is not the password.").waitFor();
    await tab.getByLabel("Your name").fill("bo");
    await tab.getByLabel("Password").fill(PASSWORD);
    await tab.getByRole("button", { name: "Log in" }).click();
    await tab.getByText("Live", { exact: true }).waitFor();
    await tab.getByRole("link", { name: "Log out" }).click();
    await tab.getByRole("button", { name: "Log in" }).waitFor();
    // The wrong password, and perhaps the events that end with the session before the form appears.
    expect(errors.filter((error) => !error.includes("ERR_INCOMPLETE_CHUNKED_ENCODING"))).toEqual([
      expect.stringContaining("401"),
    ]);
  } finally {
    await browser.close();
  }
});

testInBrowser("after a logout the other tabs get nothing more, and say that the login may have ended", async () => {
  const url = await door();
  const browser = await openBrowser();
  try {
    const { tab } = await openTab(browser);
    tab.setDefaultTimeout(20_000);
    await tab.goto(url);
    await tab.getByLabel("Password").fill(PASSWORD);
    await tab.getByRole("button", { name: "Log in" }).click();
    await tab.getByText("Live", { exact: true }).waitFor();
    const other = await tab.context().newPage();
    await other.goto(`${url}/logout`);
    const words =
      "This page has no connection to the server and tries again. If that lasts, your login may have ended, or the server may have stopped: reload the page.";
    await tab.getByRole("alert").filter({ hasText: words }).waitFor();
    await tab.reload();
    await tab.getByRole("button", { name: "Log in" }).waitFor();
  } finally {
    await browser.close();
  }
});
