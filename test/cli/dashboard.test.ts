// The real command in a process of its own, over a twin that runs in this one.
import { START } from "../factories.ts";
import { follow } from "../page/client.ts";
import { liveTwin } from "./live.ts";
import { type Running, start } from "./process.ts";

let dashboard: Running | undefined;

afterEach(() => dashboard?.kill());

test("shows the hosts of a twin that runs already, until it is stopped", async () => {
  const twin = await liveTwin(START);
  await twin.feed("web-07", ["cpu"], [START], [[1]]);
  dashboard = start(["dashboard", "--endpoint", twin.endpoint, "--port", "0"]);
  const [, url = ""] = await dashboard.until(/^The page of the twin at \S+: (http:\S+)/);
  const events = await follow(url);
  expect((await events.next("snapshot")).cards).toMatchObject([{ host: "web-07", group: "web", status: "learning" }]);
  expect(await dashboard.stop()).toMatchObject({ code: 0, err: "" });
  events.end();
  await twin.close();
}, 60_000);
