import fc from "fast-check";
import { feedbackLink, handleFeedback } from "../../lib/feedback/handle.ts";
import { auditId, keyOf, signToken } from "../../lib/feedback/token.ts";
import { anIncident } from "../contract/examples.ts";
import { claimsOf, form, KEY, NOW, openPage } from "./support.ts";

const DAY = 86_400_000;

test.each(["GET", "HEAD", "OPTIONS"])("%s changes nothing, whatever its body", async (method) => {
  const { send, world, stored } = await openPage();
  const before = await stored();
  const { status, body } = await send(method, form({ verdict: "false" }));
  expect(status).toBe(method === "OPTIONS" ? 204 : 200);
  expect(body === "").toBe(method !== "GET");
  expect(world.writes).toBe(0);
  expect(await stored()).toEqual(before);
});

test("only POST ever writes, on any path with any body", async () => {
  const { world, ports, token } = await openPage();
  const method = fc.oneof(
    fc.constantFrom("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "post", "Post"),
    fc.string(),
  );
  const path = fc.oneof(
    fc.constant(`/feedback/${token}`),
    fc.string().map((rest) => `/feedback/${rest}`),
    fc.string(),
  );
  const body = fc.oneof(
    fc.constantFrom("verdict=false", "verdict=fault&note=x", "action=acknowledge", "action=silence-24h"),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(method, path, body, async (verb, where, what) => {
      fc.pre(verb !== "POST");
      const { status } = await handleFeedback(ports, { method: verb, path: where, body: what });
      expect(status).toBeLessThan(500);
    }),
  );
  expect(world.writes).toBe(0);
});

test.each(["PUT", "DELETE", "PATCH", "TRACE", "post", ""])("the method %p is not allowed", async (method) => {
  const { send } = await openPage();
  const { status, headers } = await send(method, form({ verdict: "false" }));
  expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: "GET, HEAD, OPTIONS, POST" });
});

test.each(["fault", "false", "expected", "new-normal", "unknown"])("POST labels the incident %s", async (verdict) => {
  const { send, stored, token } = await openPage();
  expect((await send("POST", form({ verdict }))).status).toBe(200);
  expect((await stored())?.label).toEqual({ verdict, at: NOW, by: `link ${auditId(token)}` });
});

test("a fault keeps its kind; the list beside the other buttons changes nothing", async () => {
  const { send, stored } = await openPage();
  await send("POST", form({ verdict: "fault", category: "" }));
  expect((await stored())?.label).not.toHaveProperty("category");
  const { body } = await send("POST", form({ verdict: "fault", category: "hardware" }));
  expect(body).toContain("<strong>Real fault</strong> (hardware)");
  expect((await stored())?.label).toMatchObject({ verdict: "fault", category: "hardware" });
  await send("POST", form({ verdict: "false", category: "hardware" }));
  expect((await stored())?.label).not.toHaveProperty("category");
});

test("name and note are kept with the label, each as one clean line", async () => {
  const { send, stored, token } = await openPage();
  const note = " nightly\r\n\tbackup \u001b[31mred\u202e ";
  await send("POST", form({ verdict: "expected", name: " Ann  Lee ", note }));
  expect((await stored())?.label).toEqual({
    verdict: "expected",
    at: NOW,
    by: `link ${auditId(token)} (Ann Lee)`,
    note: "nightly backup [31mred",
  });
});

test("the same answer twice is one label; another answer keeps the first", async () => {
  const { send, world, stored, token } = await openPage();
  const by = `link ${auditId(token)}`;
  await send("POST", form({ verdict: "false" }));
  world.now += 1_000;
  expect((await send("POST", form({ verdict: "false", note: " " }))).status).toBe(200);
  const first = { verdict: "false", at: NOW, by };
  expect(await stored()).toMatchObject({ label: first });
  expect(await stored()).not.toHaveProperty("earlierLabels");
  await send("POST", form({ verdict: "fault" }));
  expect(await stored()).toMatchObject({ label: { verdict: "fault", at: NOW + 1_000, by }, earlierLabels: [first] });
});

test("after 20 changes links cannot remove an answer from the audit", async () => {
  const { send, stored } = await openPage();
  for (let i = 0; i <= 20; i++) expect((await send("POST", form({ verdict: "false", note: `${i}` }))).status).toBe(200);
  const before = await stored();
  expect(before?.earlierLabels?.map(({ note }) => note)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
  expect((await send("POST", form({ verdict: "fault" }))).status).toBe(409);
  expect(await stored()).toEqual(before);
});

test.each([
  ["no verdict", "", 400],
  ["an unknown verdict", form({ verdict: "maybe" }), 400],
  ["an unknown kind of fault", form({ verdict: "fault", category: "moon" }), 400],
  ["a body that is no form", '{"verdict":"false"}', 400],
  ["a note of 501 characters", form({ verdict: "false", note: "x".repeat(501) }), 400],
  ["a name of 81 characters", form({ verdict: "false", name: "x".repeat(81) }), 400],
  ["more than 8 KB", form({ verdict: "false", junk: "x".repeat(8_192) }), 413],
])("POST with %s saves nothing", async (_, body, status) => {
  const { send, world } = await openPage();
  expect((await send("POST", body)).status).toBe(status);
  expect(world.writes).toBe(0);
});

test("a note of 500 characters in any script is kept", async () => {
  const { send, stored } = await openPage();
  expect((await send("POST", form({ verdict: "false", note: "💥".repeat(500), name: "漢".repeat(80) }))).status).toBe(
    200,
  );
  expect((await stored())?.label?.note).toBe("💥".repeat(500));
});

describe("an invalid link", () => {
  const other = keyOf("another secret of 32 characters or more");

  test.each<[string, (page: Awaited<ReturnType<typeof openPage>>) => string, number]>([
    ["of another key", ({ incident }) => signToken(claimsOf(incident), [other], NOW), 403],
    ["tampered with", ({ token }) => token.replace(".ABC234.", ".ABC235."), 403],
    ["cut off", ({ token }) => token.slice(0, -3), 400],
    ["percent-encoded", ({ token }) => token.replaceAll(".", "%2E"), 400],
    ["30 days old", ({ incident }) => signToken(claimsOf(incident), [KEY], NOW - 30 * DAY), 410],
    [
      "of an incident that is not stored",
      ({ incident }) => signToken({ ...claimsOf(incident), opened: 1 }, [KEY], NOW),
      404,
    ],
    [
      "of another incident at that time",
      ({ incident }) => signToken({ ...claimsOf(incident), id: "ZZZ222" }, [KEY], NOW),
      404,
    ],
  ])("%s shows nothing of the incident and saves nothing", async (_, tokenOf, expected) => {
    const page = await openPage();
    const path = `/feedback/${tokenOf(page)}`;
    for (const method of ["GET", "POST"]) {
      const { status, body } = await page.send(method, form({ verdict: "false" }), path);
      expect(status).toBe(expected);
      expect(body).not.toContain("web-07");
    }
    expect(page.world.writes).toBe(0);
    expect(page.world.reads).toBe(expected === 404 ? 2 : 0);
  });
});

test("a link labels only its own incident", async () => {
  const [mine, theirs] = [await openPage(), await openPage(anIncident("web-08", { id: "DEF567" }))];
  const path = `/feedback/${mine.token}`;
  expect((await theirs.send("POST", form({ verdict: "false" }), path)).status).toBe(404);
  expect(theirs.world.writes).toBe(0);
});

test("a link works after one rotation of the key, but not after two", async () => {
  const { send, world } = await openPage();
  const [second, third] = [keyOf("second".repeat(8)), keyOf("third".repeat(8))];
  world.keys = [second, KEY];
  expect((await send("GET")).status).toBe(200);
  world.keys = [third, second];
  expect((await send("GET")).status).toBe(403);
});

test.each(["/", "/feedback", "/favicon.ico", "/feedbackx/", "//feedback/"])("there is nothing at %s", async (path) => {
  const { send, world } = await openPage();
  expect((await send("GET", "", path)).status).toBe(404);
  expect((await send("POST", form({ verdict: "false" }), path)).status).toBe(404);
  expect(world).toMatchObject({ reads: 0, writes: 0 });
});

test("no page is cached, runs code or reveals its address", async () => {
  const { send } = await openPage();
  const replies = [await send("GET"), await send("HEAD"), await send("POST"), await send("GET", "", "/feedback/x")];
  for (const { headers } of [...replies, await send("POST", form({ verdict: "false" })), await send("PUT")]) {
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
  }
});

test("links lead to the site, with or without a slash at the end of its address", async () => {
  const { ports, incident, token } = await openPage();
  for (const site of ["https://abc.lambda-url.eu-west-1.on.aws/", "https://abc.lambda-url.eu-west-1.on.aws"]) {
    expect(await feedbackLink(site, incident, ports)).toBe(`https://abc.lambda-url.eu-west-1.on.aws/feedback/${token}`);
  }
});

test("unreachable keys or an unreachable store cause an error, not an answer", async () => {
  const { ports, token } = await openPage();
  const request = { method: "POST", path: `/feedback/${token}`, body: "verdict=false" };
  const down = async () => Promise.reject(new Error("down"));
  await expect(handleFeedback({ ...ports, keys: down }, request)).rejects.toThrow("down");
  const incidents = { ...ports.incidents, label: down };
  await expect(handleFeedback({ ...ports, incidents }, request)).rejects.toThrow("down");
});
