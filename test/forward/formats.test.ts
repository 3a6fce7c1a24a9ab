import fc from "fast-check";
import { parseAlert } from "../../lib/forward/alert-json.ts";
import { parseDestination } from "../../lib/forward/destination.ts";
import { postingsOf } from "../../lib/forward/postings.ts";
import { noticeAbout } from "../../lib/incident/notice.ts";
import { render } from "../../lib/notify/render.ts";
import { SERVICES, type Service } from "../../lib/resources.ts";
import { anyName, anyNumber, newsWith } from "../notify/arbitraries.ts";
import { changed, DEPLOYED, digest, LINK, opened, resolved } from "../notify/example.ts";
import { EXAMPLES } from "../notify/news-examples.ts";
import { SECRETS } from "./secrets.ts";
import { problemsOf } from "./validators.ts";

/** The posts to the service for that JSON. */
const postings = (service: Service, json: string) =>
  postingsOf(json, parseDestination(service, SECRETS[service], "test")).map(({ method, url, headers, body }) => ({
    method,
    path: `${url.pathname}${url.search}`,
    authorization: headers?.authorization,
    body: JSON.parse(JSON.stringify(body)),
  }));

const json = (news: Parameters<typeof render>[0], context = {}) => render(news, { ...DEPLOYED, ...context }).webhook;

/** All text that people read there. */
const shown = (service: Service, text: string) => JSON.stringify(postings(service, text).map(({ body }) => body));

test("every service accepts any news, with any names and numbers, within its limits", () => {
  fc.assert(
    fc.property(newsWith(anyName, anyNumber), anyName, anyNumber, fc.boolean(), (news, stack, now, redact) => {
      const text = json(news, { stack, now, redact });
      for (const service of SERVICES)
        for (const posting of postings(service, text))
          expect([service, problemsOf(service, posting)]).toEqual([service, []]);
    }),
    { numRuns: 200 },
  );
});

/** Text far beyond all limits, in characters that take one, two or three units or bytes or an escape. */
const longText = fc
  .tuple(fc.constantFrom("a", "&", '"', "\u{1f4a5}", "\ufdfa", "_*~ "), fc.integer({ min: 1, max: 9_000 }))
  .map(([character, times]) => character.repeat(times).slice(0, 9_000));

test("every service accepts an alert with longer texts than ours", () => {
  const someText = fc.oneof(longText, fc.constant("text"));
  const alert = fc.record({
    type: fc.constant("fleetwarden.incident"),
    kind: fc.constantFrom("opened", "worsened", "resolved"),
    severity: fc.constantFrom("critical", "warning", "info"),
    ...{
      summary: someText,
      source: someText,
      component: someText,
      group: someText,
      class: someText,
      incident: someText,
    },
    custom_details: fc.record({
      why: fc.array(someText, { maxLength: 40 }),
      ...{ normal_if: someText, certainty: someText, baseline: someText, answer: someText, stack: someText },
    }),
    links: fc.constant({ feedback: LINK }),
  });
  fc.assert(
    fc.property(alert, (one) => {
      for (const service of SERVICES)
        for (const posting of postings(service, JSON.stringify(one)))
          expect([service, problemsOf(service, posting)]).toEqual([service, []]);
    }),
    { numRuns: 100 },
  );
});

test.each(["slack", "teams"] as const)("%s gets every kind of news once", (service) => {
  for (const [news, context] of Object.values(EXAMPLES)) expect(postings(service, json(news, context))).toHaveLength(1);
});

test("no service pages anybody for news that can wait until morning", () => {
  const unpaged = (service: Service) =>
    Object.values(EXAMPLES).flatMap(([news]) => (postings(service, json(news)).length > 0 ? [] : [news.kind]));
  const quiet =
    "clocks-wrong epsilon hosts-unjudged refits-refused shifted silence-unused subscriptions texts-held".split(" ");
  expect([...new Set(unpaged("pagerduty"))].sort()).toEqual(quiet);
  expect([...new Set(unpaged("opsgenie"))].sort()).toEqual(quiet);
});

test("PagerDuty opens, updates and resolves an incident under one key, and gets its severity", () => {
  const events = [opened(), changed("worsened"), resolved()].flatMap((news) => postings("pagerduty", json(news)));
  expect(events.map(({ body }) => [body.event_action, body.dedup_key, body.payload?.severity])).toEqual([
    ["trigger", "K7Q2RT", "critical"],
    ["trigger", "K7Q2RT", "critical"],
    ["resolve", "K7Q2RT", undefined],
  ]);
  expect(events[0]?.body.links).toEqual([{ href: LINK, text: "Was this right?" }]);
});

test("a notice of an unknown kind is an update", () => {
  const text = json(opened()).replace('"kind":"opened"', '"kind":"grown"');
  expect(postings("pagerduty", text).map(({ body }) => body.event_action)).toEqual(["trigger"]);
  expect(postings("opsgenie", text).map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /v2/alerts",
    "PUT /v2/alerts/K7Q2RT/priority?identifierType=alias",
  ]);
});

test("Opsgenie opens an alert under the incident's alias, raises its priority and closes it", () => {
  const requests = [opened(), changed("worsened"), resolved()].flatMap((news) => postings("opsgenie", json(news)));
  expect(requests.map(({ method, path, body }) => [`${method} ${path}`, body.alias, body.priority])).toEqual([
    ["POST /v2/alerts", "K7Q2RT", "P1"],
    ["POST /v2/alerts", "K7Q2RT", "P1"],
    ["PUT /v2/alerts/K7Q2RT/priority?identifierType=alias", undefined, "P1"],
    ["POST /v2/alerts/K7Q2RT/close?identifierType=alias", undefined, undefined],
  ]);
});

test("a warning that joins a critical incident does not lower its alert", () => {
  const { incident } = opened();
  if (incident.kind !== "anomaly") throw new Error("the example is an anomaly");
  const also = { peak: { time: incident.opened }, causes: [] };
  const text = json(noticeAbout("also", { ...incident, also }));
  expect(JSON.parse(text)).toMatchObject({ severity: "warning", incidentSeverity: "critical" });
  const [event] = postings("pagerduty", text);
  expect(event?.body.payload.severity).toBe("critical");
  expect(postings("opsgenie", text).map(({ body }) => body.priority)).toEqual(["P1", "P1"]);
});

test("a digest pages once for its critical incidents, and closes the ended ones", () => {
  const events = postings("pagerduty", json(digest()));
  expect(events.map(({ body }) => [body.event_action, body.dedup_key])).toEqual([
    ["trigger", "digest of fleetwarden"],
    ["resolve", "T2WNQ4"],
    ["resolve", "B8GJ3M"],
    ["resolve", "XW5P7C"],
  ]);
  const ends = digest({ opened: 0, others: 0, critical: 0, warning: 0 });
  expect(postings("pagerduty", json(ends)).map(({ body }) => body.event_action)).toEqual([
    "resolve",
    "resolve",
    "resolve",
  ]);
});

test.each(SERVICES)("%s gets no value where alerts go without values", (service) => {
  const values = /\b(97|16\.5|31|48\.1|3\.4|65\.5|13\.4|46-70)\b/;
  expect(shown(service, json(opened()))).toMatch(values);
  expect(shown(service, json(opened(), { redact: true }))).not.toMatch(values);
});

test("names are text: they format, mention and link nothing", () => {
  const text = json(opened({ host: "<!channel> *a* [b](http://c.example)", group: "x & <@U1>" }));
  const slack = shown("slack", text);
  expect(slack).toContain("&lt;!channel&gt; *a* [b](http://c.example)");
  expect(slack).not.toMatch(/<[!@#]/);
  // Neither plain_text of Slack nor a TextRun of Teams has Markdown; the only other text is the link.
  expect(slack.match(/"mrkdwn","text":"<([^|]*)\|/)?.[1]).toBe(LINK);
  expect(shown("teams", text)).not.toContain('"TextBlock"');
});

test.each([["hello"], ["{}"], ['{"type":"fleetwarden.incident"}']])("%j is no alert", (text) => {
  expect(() => parseAlert(text)).toThrow(/no alert of Fleetwarden .*publish nothing else/);
});
