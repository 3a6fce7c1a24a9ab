// The real command in a process of its own, over a twin that runs in this one.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { START } from "../factories.ts";
import { follow } from "../page/client.ts";
import { liveTwin } from "./live.ts";

const bin = join(__dirname, "../../bin/fleetwarden");
let child: ChildProcess | undefined;

afterEach(() => {
  if (child?.exitCode === null) child.kill("SIGKILL");
});

test("shows the hosts of a twin that runs already, until it is stopped", async () => {
  const twin = await liveTwin(START);
  await twin.feed("web-07", ["cpu"], [START], [[1]]);
  child = spawn(process.execPath, [bin, "dashboard", "--endpoint", twin.endpoint, "--port", "0"]);
  const exited = once(child, "exit");
  let out = "";
  while (!out.includes("\n")) for (const text of await once(child.stdout ?? child, "data")) out += String(text);
  const [, url = ""] = /^The page of the twin at \S+: (http:\S+)/.exec(out) ?? [];
  const events = await follow(url);
  expect((await events.next("snapshot")).cards).toMatchObject([{ host: "web-07", group: "web", status: "learning" }]);
  child.kill("SIGINT");
  expect(await exited).toEqual([0, null]);
  events.end();
  await twin.close();
}, 60_000);
