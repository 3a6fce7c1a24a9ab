import { deliveryNotes, deliveryOf } from "../../lib/cli/delivery.ts";
import { DEFAULT_CONFIG } from "../../lib/config/config.ts";
import { SECRETS } from "../forward/secrets.ts";

const nobody = DEFAULT_CONFIG.recipients;
const ann = { ...nobody, emails: ["ann@example.com"], webhooks: ["https://example.com/hook"] };
const smtp = "smtp://user:password@mail.example.com:587";

test.each([
  [{ email: ["ann@example.com"] }, /^--email needs --smtp: name a mail server, like smtp:\/\//],
  [{ email: ["ann"], smtp }, /^--email: "ann" is no address\. Use one like ops@example\.com\.$/],
  [{ smtp: "secret.example.com:25", email: ["ann@example.com"] }, /^--smtp: this is no address of a mail server\. Use/],
  [{ smtp: "https://secret.example.com" }, /^--smtp: this is no address of a mail server\. Use/],
  [{ smtp }, /^--smtp needs --email, or emails in the configuration: /],
  [
    { webhook: ["http://example.com/secret"] },
    /^--webhook: an http address would send alerts unencrypted\. Use an https/,
  ],
  [{ webhook: ["example.com/secret"] }, /^--webhook: this is no web address\. Use an https address/],
  [{ webhook: ["https://user:secret@example.com/"] }, /^--webhook: leave user and password out/],
  [
    { slack: "http://hooks.slack.com/secret" },
    /^--slack: an http address would send alerts unencrypted\. Use the https/,
  ],
  [{ teams: "secret" }, /^--teams: this is no web address\. Use the https address/],
  [{ pagerduty: "secret" }, /^--pagerduty: this is no key of PagerDuty\. Use the integration's key/],
  [{ opsgenie: "secret" }, /^--opsgenie: this is no key of Opsgenie\. Use the integration's key/],
])("%j is refused with the fix, and without what may be a secret", (options, message) => {
  expect(() => deliveryOf(options, nobody)).toThrow(message);
  expect(() => deliveryOf(options, nobody)).not.toThrow(/secret|password@mail/);
});

test("recipients on the command line replace the configured ones", () => {
  expect(deliveryOf({}, ann)).toEqual({ webhooks: ann.webhooks, forwards: [] });
  expect(deliveryOf({ smtp }, ann)).toEqual({
    webhooks: ann.webhooks,
    forwards: [],
    smtp: { url: smtp, to: ann.emails },
  });
  const given = { smtp, email: ["bob@example.com"], webhook: ["http://127.0.0.1:9/hook", "http://127.0.0.1:9/hook"] };
  expect(deliveryOf(given, ann)).toEqual({
    webhooks: ["http://127.0.0.1:9/hook"],
    forwards: [],
    smtp: { url: smtp, to: ["bob@example.com"] },
  });
});

test("an empty variable of the environment sets nothing up", () => {
  expect(deliveryOf({ slack: "", pagerduty: SECRETS.pagerduty }, nobody).forwards).toMatchObject([
    { service: "pagerduty", key: SECRETS.pagerduty },
  ]);
});

test("the start lists the services that get alerts, and says that mail needs a server", () => {
  expect(deliveryNotes({}, nobody)).toEqual([]);
  expect(deliveryNotes({ teams: SECRETS.teams, slack: SECRETS.slack }, nobody)).toEqual([
    "Alerts also go to Slack, Microsoft Teams.",
  ]);
  expect(deliveryNotes({}, ann)).toEqual([
    expect.stringMatching(/^No mail goes to the emails of the configuration: .*--smtp/),
  ]);
  expect(deliveryNotes({ smtp }, ann)).toEqual([]);
});
