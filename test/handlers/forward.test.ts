import { createForward } from "../../lib/handlers/forward.ts";
import { render } from "../../lib/notify/render.ts";
import type { Service } from "../../lib/resources.ts";
import { type Answer, startService } from "../forward/service.ts";
import { DEPLOYED, opened, resolved } from "../notify/example.ts";
import { startSecrets } from "../secrets.ts";

const ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:fleetwarden/x-a1B2c3";

/** An event as SNS makes one of a message for the protocol `lambda`. */
const event = (news: Parameters<typeof render>[0]) => ({
  Records: [{ EventSource: "aws:sns", Sns: { Message: render(news, DEPLOYED).webhook } }],
});

/** The deployed function of a service, whose server answers like that. */
async function deployed(service: Service, answers: readonly Answer[] = [], secret?: string) {
  const server = await startService(service, answers);
  const reads: string[] = [];
  const secrets = await startSecrets(ARN, (stage) => {
    reads.push(stage);
    return { SecretString: secret ?? `${server.secret}\n` };
  });
  const env = { ...secrets.env, FORWARD_SERVICE: service, FORWARD_SECRET_ARN: ARN };
  return {
    handler: createForward(env, { clock: () => 0, sleep: async () => undefined }),
    seen: server.seen,
    reads,
    close: () => Promise.all([server.close(), secrets.close()]),
  };
}

test("the function posts each alert to its service, and reads the secret once", async () => {
  const { handler, seen, reads, close } = await deployed("pagerduty");
  await handler(event(opened()));
  await handler(event(resolved()));
  await close();
  expect(seen.map(({ body }) => (body as { event_action: string }).event_action)).toEqual(["trigger", "resolve"]);
  expect(reads).toEqual(["AWSCURRENT"]);
});

test("the function fails if the service does not take the alert, so that Lambda tries again", async () => {
  const { handler, seen, close } = await deployed("teams", [{ status: 503 }]);
  await expect(handler(event(opened()))).rejects.toThrow("Microsoft Teams answered 503");
  await handler(event(opened()));
  await close();
  expect(seen).toHaveLength(2);
});

test("an error about a wrong secret names the secret and does not show it", async () => {
  const { handler, close } = await deployed("slack", [], "hunter2");
  const posted = handler(event(opened()));
  await expect(posted).rejects.toThrow(`The secret ${ARN}: this is no web address. Use the https address of a webhook`);
  await expect(posted).rejects.not.toThrow("hunter2");
  await close();
});

test.each([[{ FORWARD_SERVICE: "irc", FORWARD_SECRET_ARN: ARN }], [{ FORWARD_SERVICE: "slack" }]])(
  "the function does not start with %j",
  (env) => {
    expect(() => createForward(env, { clock: () => 0, sleep: async () => undefined })).toThrow(
      "FORWARD_SERVICE must name a service, and FORWARD_SECRET_ARN the secret",
    );
  },
);
