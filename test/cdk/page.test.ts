// The real command serves the page over a deployed stack: what it shows and changes, and the permissions it needs.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { openTarget } from "../../lib/cli/target.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import { createStores } from "../../lib/store/aws.ts";
import type { Stores } from "../../lib/store/stores.ts";
import { hostOwner } from "../../lib/watch/baseline.ts";
import { type Running, start } from "../cli/process.ts";
import { GAUSSIAN_CONFIG } from "../factories.ts";
import { call, changer, follow } from "../page/client.ts";
import { createSenders, MINUTE, score } from "../page/world.ts";
import { EMULATOR_TEST_MS, emulatorEnvironment, STACK, withEmulator } from "./emulator.ts";

const WEB = { host: "web-07", group: "web" };
const DB = { host: "db-01", group: "db" };
const HOSTS = [WEB, DB];
const CALM_MINUTES = 14;
const ME = userInfo().username;
let dashboard: Running | undefined;

afterEach(() => dashboard?.kill());

test(
  "the page over a stack shows its hosts and stores answers, with the calls that docs/dashboard.md names",
  () =>
    withEmulator(async (endpoint) => {
      const { env } = await openTarget({ stack: STACK }, emulatorEnvironment(endpoint));
      const stores = createStores(env, Date.now, Math.random);
      const proxy = await recordCalls(endpoint);
      try {
        await live(env);
        dashboard = start(["dashboard", "--stack", STACK, "--port", "0"], emulatorEnvironment(proxy.url));
        const [, url = ""] = await dashboard.until(/^The page of stack Fleetwarden: (http:\S+)/);
        await look(url);
        expect(proxy.calls).toEqual(new Set(allowed("needs")));
        await change(url, stores);
        expect(proxy.calls).toEqual(new Set([...allowed("needs"), ...allowed("Labels and epsilons also need")]));
        expect(await dashboard.stop()).toMatchObject({ code: 0, err: "" });
      } finally {
        stores.close();
        proxy.close();
      }
    }),
  EMULATOR_TEST_MS,
);

/** Runs the scorer's code over a calm quarter of an hour, and a minute of busy cores that ends now. */
async function live(env: Awaited<ReturnType<typeof openTarget>>["env"]): Promise<void> {
  const send = createSenders();
  let now = Math.floor(Date.now() / MINUTE - CALM_MINUTES - 1) * MINUTE;
  const handlers = createHandlers({
    env,
    clock: () => now,
    random: Math.random,
    config: () => GAUSSIAN_CONFIG,
    report: () => {},
    log: (what, error) => {
      throw new Error(what, { cause: error });
    },
  });
  for (let minute = 0; minute <= CALM_MINUTES; minute++) {
    const records = send(now, HOSTS, minute === CALM_MINUTES ? [WEB.host] : []);
    now += MINUTE;
    await score(handlers, records);
  }
}

async function look(url: string): Promise<void> {
  expect((await call(url)).text).toContain("<title>Fleetwarden</title>");
  const events = await follow(url);
  const { cards, incidents } = await events.next("snapshot");
  events.end();
  expect(cards).toHaveLength(2);
  expect(cards).toContainEqual(expect.objectContaining({ ...WEB, status: "incident", seen: 90 }));
  expect(cards).toContainEqual(expect.objectContaining({ ...DB, status: "normal", seen: 90 }));
  expect(incidents).toMatchObject([{ host: WEB.host }]);
  const ask = async (path: string) => JSON.parse((await call(`${url}/api/${path}`)).text);
  const host = await ask(`host?host=${WEB.host}&window=1h`);
  expect(host.series.times).toHaveLength(90);
  expect(host.series.metrics[0].metric).toBe("cpu_busy_percent");
  expect(host.incidents).toHaveLength(1);
  expect(await ask(`threshold?host=${WEB.host}`)).toMatchObject({ hosts: 1, ledger: { active: 1 } });
  expect(await ask("what-if?epsilon=1000")).toMatchObject({ hosts: 2 });
  expect(await ask(`incident?host=${WEB.host}&opened=${incidents[0].opened}`)).toMatchObject({ similar: { count: 0 } });
  expect(await ask("incidents")).toMatchObject({ incidents: [{ host: WEB.host }] });
  expect(await ask("labels")).toMatchObject({ unlabelled: 1, labelled: 0 });
}

async function change(url: string, stores: Stores): Promise<void> {
  const events = await follow(url);
  const { host, opened } = (await events.next("snapshot")).incidents[0];
  const post = await changer(url);
  expect(await post("label", { host, opened, verdict: "fault", note: "a stuck job" })).toMatchObject({ status: 200 });
  expect((await events.next("change")).incidents).toMatchObject([{ label: { verdict: "fault", by: ME } }]);
  events.end();
  expect(await post("acknowledge", { host, opened })).toMatchObject({ status: 200 });
  expect(await stores.incidents.get(host, opened)).toMatchObject({
    label: { verdict: "fault", note: "a stuck job", by: ME },
    acknowledged: { by: ME },
  });
  const owner = hostOwner(DB.host);
  expect(await post("epsilon", { owner, epsilon: 77 })).toMatchObject({ status: 200 });
  expect(await stores.baselines.current(owner)).toMatchObject({ version: 2, epsilon: 77 });
  expect(await post("rollback", { owner, version: 1 })).toMatchObject({ status: 200 });
  expect(await stores.baselines.current(owner)).toMatchObject({ version: 3, from: 1, by: ME });
}

/** The calls that docs/dashboard.md names in the sentence that begins so. */
function allowed(words: string): string[] {
  const page = readFileSync(join(import.meta.dirname, "../../docs/dashboard.md"), "utf8");
  const [, sentence = ""] = new RegExp(`Over AWS the dashboard .*?${words} (.*?)[;.]\\s`).exec(page) ?? [];
  return [...sentence.matchAll(/`(?:\w+:)?(\w+)`/g)].map(([, name = ""]) => name);
}

/** Forwards every request, and records the operations. */
async function recordCalls(endpoint: string) {
  const calls = new Set<string>();
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { "x-amz-target": target = new URLSearchParams(body.toString()).get("Action") ?? request.url } =
      request.headers;
    calls.add(String(target).replace(/^.*\./, ""));
    const onwards = http.request(`${endpoint}${request.url}`, { method: request.method, headers: request.headers });
    onwards.end(body);
    const [answer]: [http.IncomingMessage] = (await once(onwards, "response")) as [http.IncomingMessage];
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: calls as ReadonlySet<string>,
    close: () => server.close(),
  };
}
