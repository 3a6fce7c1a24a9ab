import { parseDestination } from "../../lib/forward/destination.ts";
import { postAlert } from "../../lib/forward/post.ts";
import { render } from "../../lib/notify/render.ts";
import { SERVICES, type Service } from "../../lib/resources.ts";
import { changed, DEPLOYED } from "../notify/example.ts";
import { SECRETS } from "./secrets.ts";
import { type Answer, startService } from "./service.ts";

const alert = render(changed("worsened"), DEPLOYED).webhook;

/** Forwards the alert to a server with these answers; returns its requests, the error and the pauses. */
async function outcome(service: Service, ...answers: readonly Answer[]) {
  const server = await startService(service, answers);
  const pauses: number[] = [];
  const sleep = async (ms: number) => void pauses.push(ms);
  const to = parseDestination(service, server.secret, "test");
  const error = await postAlert(alert, to, sleep).then(
    () => undefined,
    (thrown: Error) => thrown.message,
  );
  await server.close();
  return { requests: server.seen.length, error, pauses };
}

test.each([
  ["slack", 1],
  ["teams", 1],
  ["pagerduty", 1],
  ["opsgenie", 2],
] as const)("%s takes what is posted", async (service, requests) => {
  expect(await outcome(service)).toEqual({ requests, error: undefined, pauses: [] });
});

test("a service that asks for a pause gets one, twice at most", async () => {
  const busy = { status: 429, headers: { "retry-after": "7" } };
  expect(await outcome("slack", busy, busy)).toEqual({ requests: 3, error: undefined, pauses: [7_000, 7_000] });
  const { requests, error } = await outcome("slack", busy, busy, busy);
  expect({ requests, error }).toEqual({ requests: 3, error: "Slack answered 429" });
});

test.each([[{ "retry-after": "21" }], [{ "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }], [{}]])(
  "after a 429 with %j the next delivery tries again",
  async (headers) => {
    expect(await outcome("slack", { status: 429, headers })).toEqual({
      requests: 1,
      error: "Slack answered 429",
      pauses: [],
    });
  },
);

test("the error names the service and its answer, without the secret", async () => {
  const slack = await outcome("slack", { status: 403, body: "invalid_token\n/hook/secret" });
  expect(slack.error).toBe("Slack answered 403: invalid_token …");
  const pagerduty = await outcome("pagerduty", { status: 400, body: `no ${SECRETS.pagerduty} here` });
  expect(pagerduty.error).toBe("PagerDuty answered 400: no … here");
});

test("a redirect is not followed", async () => {
  expect((await outcome("teams", { status: 302, headers: { location: "http://127.0.0.1:9/" } })).error).toBe(
    "Microsoft Teams answered 302",
  );
});

test.each(SERVICES)("an error of %s without its server names the server", async (service) => {
  const server = await startService(service);
  await server.close();
  const to = parseDestination(service, server.secret, "test");
  const reached = postAlert(alert, to, async () => undefined);
  await expect(reached).rejects.toThrow(/ cannot be reached at 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  await expect(reached).rejects.not.toThrow(/secret|0123456789abcdef|eb243592/);
});
