// From an alert to its label by the link, on the twin, as used by a mail scanner, a browser and a stranger.
import http from "node:http";
import { liveTwin, run } from "../cli/live.ts";

const NAMES = ["cpu", "memory", "disk"];
const STEP = 10_000;
/** Ends before the real time, which `incidents` looks back from. */
const START = Date.now() - 3 * 3_600_000;

let twin: Awaited<ReturnType<typeof liveTwin>>;
let fed = 0;

/** Rows around (20, 50, 5), with fixed deviations in place of noise. */
function row(i: number, strange: boolean): number[] {
  return [20 + 3 * Math.sin(7 * i) + (strange ? 60 : 0), 50 + 2 * Math.sin(11 * i), 5 + Math.sin(13 * i)];
}

/** Sends each host ten seconds' samples, in the time of the data. */
async function feed(host: string, count: number, strange = false): Promise<void> {
  for (let at = 0; at < count; at += 60) {
    const rows = Array.from({ length: Math.min(60, count - at) }, (_, i) => row(fed + at + i, strange));
    const times = rows.map((_, i) => START + (fed + at + i) * STEP);
    await twin.feed(host, NAMES, times, rows);
  }
  fed += count;
}

beforeAll(async () => {
  twin = await liveTwin(START, { feedback: true });
  for (const host of ["web-07", "web-08"]) await feed(host, 120);
  for (const host of ["web-07", "web-08"]) await feed(host, 6, true);
}, 60_000);

afterAll(() => twin.close());

function linkTo(host: string): string {
  const message = twin.messages.find(({ attributes }) => attributes.host === host);
  return /Was this right\? (\S+)\n/.exec(message?.bodies.email ?? "")?.[1] ?? "";
}

/** A plain request, as programs other than browsers send it; answers status, headers and text. */
function call(
  url: string,
  options: { readonly method?: string; readonly headers?: http.OutgoingHttpHeaders } = {},
  body = "",
) {
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const headers = { ...options.headers, "content-length": body.length };
    const request = http.request(url, { ...options, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** The request that a browser sends for a button of the form: no referrer policy makes its origin null. */
function press(link: string, body: string) {
  const headers = { "content-type": "application/x-www-form-urlencoded", origin: "null" };
  return call(link, { method: "POST", headers }, body);
}

async function incidentOf(host: string): Promise<Record<string, unknown>> {
  const { code, out } = await run("incidents", "--host", host, "--endpoint", twin.endpoint, "--json");
  expect(code).toBe(0);
  const { incidents } = JSON.parse(out);
  expect(incidents).toHaveLength(1);
  return incidents[0];
}

test("the alert has one link in the e-mail and in the JSON, and none in the text message", () => {
  const [message] = twin.messages;
  const link = linkTo("web-07");
  expect(link).toMatch(new RegExp(`^${twin.endpoint}/feedback/[\\w.-]+$`));
  expect(message?.bodies.email).toContain(`\nWas this right? ${link}\n`);
  expect(JSON.parse(message?.bodies.https ?? "")).toMatchObject({ links: { feedback: link } });
  expect(message?.bodies.sms).not.toContain("http");
});

test("opening the link shows the incident and changes nothing, by any reading method", async () => {
  const before = await incidentOf("web-07");
  expect(before).not.toHaveProperty("label");
  for (const method of ["GET", "HEAD", "OPTIONS", "GET"]) {
    const { status, text } = await call(linkTo("web-07"), { method }, "verdict=false");
    expect(status).toBe(method === "OPTIONS" ? 204 : 200);
    if (method === "GET") expect(text).toContain(`<dt>Incident</dt><dd>${before.id}</dd>`);
    else expect(text).toBe("");
  }
  expect(await incidentOf("web-07")).toEqual(before);
});

test("headers of the page reach the browser", async () => {
  const { headers } = await call(linkTo("web-07"));
  expect(headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
});

test("a button labels the incident once, however often it is pressed", async () => {
  const answers = [1, 2].map(() => press(linkTo("web-07"), "verdict=false&name=Jo&note=nightly+backup"));
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  const labelled = await incidentOf("web-07");
  expect(labelled.label).toMatchObject({
    verdict: "false",
    by: expect.stringMatching(/^link [\w-]{8} \(Jo\)$/),
    note: "nightly backup",
  });
  expect(labelled).not.toHaveProperty("earlierLabels");
  expect((await call(linkTo("web-07"))).text).toContain("<dt>Label</dt><dd>False alarm, by link ");
});

test("another answer replaces the label and keeps the earlier one", async () => {
  const { label } = await incidentOf("web-07");
  await press(linkTo("web-07"), "verdict=fault");
  expect(await incidentOf("web-07")).toMatchObject({ label: { verdict: "fault" }, earlierLabels: [label] });
});

test("a link with the signature of another link labels neither incident", async () => {
  const [mine, theirs] = [linkTo("web-07"), linkTo("web-08")];
  const mixed = mine.slice(0, mine.lastIndexOf(".")) + theirs.slice(theirs.lastIndexOf("."));
  const before = [await incidentOf("web-07"), await incidentOf("web-08")];
  expect((await press(mixed, "verdict=expected")).status).toBe(403);
  expect((await press(mine.slice(0, -4), "verdict=expected")).status).toBe(400);
  expect([await incidentOf("web-07"), await incidentOf("web-08")]).toEqual(before);
});

test("the key of another twin opens nothing here", async () => {
  const other = await liveTwin(START, { feedback: true });
  const { pathname } = new URL(linkTo("web-07"));
  expect((await call(other.endpoint + pathname)).status).toBe(403);
  await other.close();
});

test("the page answers only this machine, and the other services do not answer browsers", async () => {
  expect((await call(linkTo("web-07"), { headers: { host: "evil.example" } })).status).toBe(403);
  const headers = { origin: "null", "x-amz-target": "secretsmanager.GetSecretValue" };
  expect((await call(twin.endpoint, { method: "POST", headers }, "{}")).status).toBe(403);
});

test("a form that is too large gets an answer and is not saved", async () => {
  const before = await incidentOf("web-08");
  expect((await press(linkTo("web-08"), `verdict=false&note=${"x".repeat(9_000)}`)).status).toBe(413);
  expect(await incidentOf("web-08")).toEqual(before);
});

test("without the page, alerts have no link", async () => {
  const without = await liveTwin(START);
  const rows = (from: number, count: number, strange: boolean) =>
    Array.from({ length: count }, (_, i) => row(from + i, strange));
  const times = (from: number, count: number) => Array.from({ length: count }, (_, i) => START + (from + i) * STEP);
  await without.feed("web-07", NAMES, times(0, 60), rows(0, 60, false));
  await without.feed("web-07", NAMES, times(60, 60), rows(60, 60, false));
  await without.feed("web-07", NAMES, times(120, 6), rows(120, 6, true));
  await without.close();
  expect(without.messages[0]?.bodies.email).toContain("Was it a real fault?");
  expect(without.messages[0]?.bodies.email).not.toContain("Was this right?");
  expect(JSON.parse(without.messages[0]?.bodies.https ?? "")).not.toHaveProperty("links");
});
