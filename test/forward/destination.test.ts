import { parseDestination } from "../../lib/forward/destination.ts";
import { SERVICES, type Service } from "../../lib/resources.ts";
import { SECRETS } from "./secrets.ts";

test.each(SERVICES)("%s takes the address or key as the service shows it, also with spaces around it", (service) => {
  const { url, key } = parseDestination(service, ` ${SECRETS[service]}\n`, "--x");
  expect(key || url.href).toBe(SECRETS[service]);
});

test.each([
  ["pagerduty", "https://events.pagerduty.com/", "https://events.eu.pagerduty.com/"],
  ["opsgenie", "https://api.opsgenie.com/", "https://api.eu.opsgenie.com/"],
] as const)("a key of %s belongs to %s unless it names another host", (service, usual, europe) => {
  const key = SECRETS[service];
  expect(parseDestination(service, key, "--x").url.href).toBe(usual);
  const other = parseDestination(service, europe.replace("//", `//${key}@`), "--x");
  expect({ url: other.url.href, key: other.key }).toEqual({ url: europe, key });
});

test.each<[Service, string, RegExp]>([
  [
    "slack",
    "http://hooks.slack.com/services/T0/B0/secret",
    /^--x: an http address would send alerts unencrypted\. Use/,
  ],
  [
    "slack",
    "T0/B0/secret",
    /^--x: this is no web address\. Use the https address of a webhook, which Slack gives you\.$/,
  ],
  ["slack", "https://user:secret@example.com/hook", /^--x: this address has a user\./],
  ["teams", "", /^--x: this is no web address\..* Microsoft Teams /],
  [
    "pagerduty",
    "secret",
    /^--x: this is no key of PagerDuty\. Use the integration's key; in Europe https:\/\/KEY@events\.eu/,
  ],
  ["pagerduty", "https://events.pagerduty.com/secret", /^--x: this is no key of PagerDuty\./],
  ["pagerduty", "http://0123456789abcdef0123456789secret@events.pagerduty.com", /^--x: this is no key/],
  ["opsgenie", "secret secret secret secret secret", /^--x: this is no key of Opsgenie\./],
])("%s refuses %j with the fix and without the secret", (service, text, message) => {
  expect(() => parseDestination(service, text, "--x")).toThrow(message);
  expect(() => parseDestination(service, text, "--x")).not.toThrow("secret");
});

test("http is enough on this machine", () => {
  expect(parseDestination("slack", "http://127.0.0.1:9/hook", "--x").url.href).toBe("http://127.0.0.1:9/hook");
  expect(parseDestination("pagerduty", `http://${SECRETS.pagerduty}@localhost:9`, "--x").key).toBe(SECRETS.pagerduty);
});
