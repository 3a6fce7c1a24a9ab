import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { keyOf, signToken } from "../../lib/feedback/token.ts";
import { createFeedback } from "../../lib/handlers/feedback.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { anIncident, NOON } from "../contract/examples.ts";

const SITE = { FEEDBACK_URL: "https://example.com/" };
const KEY = { FEEDBACK_KEY_ARN: "arn:aws:secretsmanager:us-east-1:000000000000:secret:key" };
/** Nothing listens on the discard port, so the key cannot be read. */
const NOWHERE = { AWS_ENDPOINT_URL: "http://127.0.0.1:9" };

function open(env: Readonly<Record<string, string>>) {
  const log: string[] = [];
  const stores = createMemoryStores(() => NOON);
  const options = {
    env,
    clock: () => NOON,
    random: Math.random,
    report: () => {},
    log: (what: string) => log.push(what),
  };
  return { ...createFeedback(options, stores), incidents: stores.incidents, log };
}

test.each([
  ["address and key", {}],
  ["an address", KEY],
  ["a key", SITE],
])("without %s alerts have no link, and no key is read", async (_, env) => {
  const { linkOf, log } = open({ ...NOWHERE, ...env });
  expect(await linkOf(anIncident("web-07"))).toBeUndefined();
  expect(log).toEqual([]);
});

test("an alert whose key cannot be read is sent without a link, and the log says so", async () => {
  const { linkOf, log } = open({ ...NOWHERE, ...SITE, ...KEY });
  expect(await linkOf(anIncident("web-07"))).toBeUndefined();
  expect(log).toEqual(["link of incident ABC234, left out of its alert"]);
});

test("a labelled incident needs no link", async () => {
  const { linkOf, log } = open({ ...NOWHERE, ...SITE, ...KEY });
  expect(await linkOf(anIncident("web-07", { label: { verdict: "fault", at: NOON, by: "ann" } }))).toBeUndefined();
  expect(log).toEqual([]);
});

test("the page without a key causes an error that names the missing setting", async () => {
  const event = { rawPath: "/feedback/x", requestContext: { http: { method: "GET" } } };
  await expect(open({}).feedback(event)).rejects.toThrow("FEEDBACK_KEY_ARN is not set");
});

describe("with a key", () => {
  const secret = "a secret of more than 32 characters";
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ SecretString: secret }));
    });
  });
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    env = { ...SITE, ...KEY, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test("the link of an incident is signed with it and has the address of the site", async () => {
    const token = signToken(anIncident("web-07"), [keyOf(secret)], NOON);
    expect(await open(env).linkOf(anIncident("web-07"))).toBe(`https://example.com/feedback/${token}`);
  });

  test.each([
    ["as it is", { body: "verdict=false", isBase64Encoded: false }, 200],
    ["in base64", { body: Buffer.from("verdict=false").toString("base64"), isBase64Encoded: true }, 200],
    ["not at all", {}, 400],
  ])("an event that brings its form %s is answered in Lambda's form", async (_, form, statusCode) => {
    const { feedback, linkOf, incidents } = open(env);
    await incidents.save(anIncident("web-07"));
    const { pathname } = new URL((await linkOf(anIncident("web-07"))) ?? "");
    const event = { rawPath: pathname, ...form, requestContext: { http: { method: "POST" } } };
    expect(await feedback(event)).toEqual({
      statusCode,
      headers: expect.objectContaining({ "content-type": "text/html; charset=utf-8" }),
      body: expect.stringContaining("<!doctype html>"),
    });
    expect((await incidents.get("web-07", NOON))?.label?.verdict).toBe(statusCode === 200 ? "false" : undefined);
  });
});
