// The real command in its own process, with a twin in this one.
import { START } from "../factories.ts";
import { follow } from "../page/client.ts";
import { liveTwin } from "./live.ts";
import { type Running, start } from "./process.ts";

let dashboard: Running | undefined;

afterEach(() => dashboard?.kill());

test("shows the hosts of a running twin until somebody stops it", async () => {
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
