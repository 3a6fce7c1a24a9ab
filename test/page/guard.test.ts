// The guard against other pages of the same browser, against the real server.

import { type Page, startPage } from "../../lib/page/server.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { START } from "../factories.ts";
import { call, tokenOf } from "./client.ts";

let page: Page;
let token: string;
const log: string[] = [];

beforeAll(async () => {
  const stores = createMemoryStores(() => START);
  page = await startPage({
    port: 0,
    stores,
    clock: () => START,
    everyMs: 50,
    by: "ann",
    log: (line) => log.push(line),
  });
  token = await tokenOf(page.url);
});

afterAll(async () => {
  await page.close();
  expect(log).toEqual([]);
});

const json = { "content-type": "application/json" };

test("the page loads nothing from elsewhere, runs no inline script, and cannot be framed", async () => {
  const { status, headers, text } = await call(page.url);
  expect(status).toBe(200);
  expect(headers["content-security-policy"]).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  );
  expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  expect(headers["access-control-allow-origin"]).toBeUndefined();
  expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on[a-z]+=/);
});

test("every file that the page names is there, with its type", async () => {
  const { text } = await call(page.url);
  const named = [...text.matchAll(/(?:src|href)="(\/[^"#]+)"/g)].map(([, path = ""]) => path);
  expect(named).toContain("/app.js");
  for (const path of [...named, "/uplot.js"]) {
    const { status, headers } = await call(`${page.url}${path}`);
    expect([path, status]).toEqual([path, 200]);
    expect(headers["content-type"]).toMatch(/^(text\/(css|javascript)|image\/svg)/);
  }
});

test("each start has a token of its own", async () => {
  const stores = createMemoryStores(() => START);
  const other = await startPage({ port: 0, stores, clock: () => START, everyMs: 50, by: "ann", log: () => {} });
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(await tokenOf(other.url)).not.toBe(token);
  await other.close();
});

test.each([
  ["a name that only points to this machine", { host: "evil.example" }, 403, "evil.example"],
  ["a page from elsewhere", { origin: "https://evil.example" }, 403, "evil.example"],
  ["a page of another port of this machine", { origin: "http://127.0.0.1:1" }, 403, "may not call"],
  ["a file or a sandboxed frame", { origin: "null" }, 403, "may not call"],
  ["an image of another page", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }, 403, "Other pages"],
  ["a script of another port", { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" }, 403, "Other pages"],
])("requests from %s are refused", async (_, headers, status, words) => {
  const answer = await call(`${page.url}/api/labels`, { headers });
  expect(answer).toMatchObject({ status, text: expect.stringContaining(words) });
});

test.each([
  ["the page itself", {}],
  ["a person who typed the address", { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }],
  ["a forwarded port", { host: "localhost:9000", origin: "http://localhost:9000" }],
])("requests from %s are answered", async (_, headers) => {
  expect(await call(`${page.url}/api/labels`, { headers })).toMatchObject({ status: 200 });
});

test("a link from elsewhere leads to the page, and to nothing else", async () => {
  const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  expect(await call(page.url, { headers })).toMatchObject({ status: 200 });
  expect(await call(`${page.url}/api/labels`, { headers })).toMatchObject({ status: 403 });
  expect(await call(page.url, { headers: { ...headers, "sec-fetch-dest": "iframe" } })).toMatchObject({ status: 403 });
});

test.each([
  ["without the token", {}, 403],
  ["with an empty token", { "x-fleetwarden-token": "" }, 403],
  ["with a token of the right length", { "x-fleetwarden-token": "A".repeat(43) }, 403],
  ["as a form sends it", { "content-type": "application/x-www-form-urlencoded" }, 403],
])("changes %s are refused", async (_, headers, status) => {
  const body = JSON.stringify({ host: "web-07", opened: START, verdict: "fault" });
  expect(await call(`${page.url}/api/label`, { method: "POST", headers: { ...json, ...headers } }, body)).toMatchObject(
    {
      status,
      text: expect.stringContaining("token"),
    },
  );
});

test.each([
  ["a form's type", "/api/label", { method: "POST", headers: { "content-type": "text/plain" } }, "{}", 415],
  ["a question as a change", "/api/labels", { method: "POST", headers: json }, "{}", 405],
  ["a change as a question", "/api/label", { method: "GET", headers: {} }, "", 405],
  ["a method that is not used", "/api/label", { method: "DELETE", headers: json }, "", 405],
  ["what is no JSON", "/api/label", { method: "POST", headers: json }, "{", 400],
  ["what is too large", "/api/label", { method: "POST", headers: json }, "x".repeat(16 * 1024 + 1), 413],
  ["an address that is too long", `/?${"x".repeat(2_048)}`, { method: "GET", headers: {} }, "", 400],
  ["a % that encodes nothing", "/api/%", { method: "GET", headers: {} }, "", 400],
  ["a path out of the folder", "/..%2fserver.ts", { method: "GET", headers: {} }, "", 404],
  ["a path that is not there", "/index.html", { method: "GET", headers: {} }, "", 404],
])("even with the token, %s is refused", async (_, path, { method, headers }, body, status) => {
  const answer = await call(
    `${page.url}${path}`,
    { method, headers: { "x-fleetwarden-token": token, ...headers } },
    body,
  );
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toEqual({ error: expect.any(String) });
});

test("32 pages may be open, and no more", async () => {
  const stopping = new AbortController();
  const open = await Promise.all(
    Array.from({ length: 32 }, () => fetch(`${page.url}/api/events`, { signal: stopping.signal })),
  );
  expect(open.map(({ status }) => status)).toEqual(new Array(32).fill(200));
  expect(await call(`${page.url}/api/events`)).toMatchObject({ status: 503 });
  stopping.abort();
});

test("a port in use gets a message in words", async () => {
  const stores = createMemoryStores(() => START);
  const port = Number(new URL(page.url).port);
  const options = { port, stores, clock: () => START, everyMs: 50, by: "ann", log: () => {} };
  await expect(startPage(options)).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
});
