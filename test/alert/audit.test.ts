import fc from "fast-check";
import { auditSubscriptions, type TopicSubscription } from "../../lib/alert/audit.ts";
import type { Channels, News } from "../../lib/alert/news.ts";
import type { Audit } from "../../lib/alert/ports.ts";
import { START } from "../factories.ts";

const HOUR = 3_600_000;
const ANN = { protocol: "email", endpoint: "ann@example.com", confirmed: true };
const BEN = { protocol: "email", endpoint: "ben@example.com", confirmed: true };
const HOOK = {
  protocol: "https",
  endpoint: "https://ops:secret@hooks.example.com:8443/T00/secret?key=secret",
  confirmed: true,
};
const PHONE = { protocol: "sms", endpoint: "+15550100123", confirmed: true };

/** A topic with an audit whose state is kept between audits, as a store keeps it. */
function topicOf(subscriptions: readonly TopicSubscription[] | undefined) {
  const told: { news: News; channels: Channels }[] = [];
  let audit: Audit | undefined;
  const world = {
    told,
    subscriptions,
    publishing: true,
    get audit() {
      return audit;
    },
    at: (hours: number) =>
      auditSubscriptions(
        {
          alerting: {
            audit: async () => audit,
            async saveAudit(saved) {
              audit = saved;
            },
          },
          publisher: {
            async publish(news, channels) {
              if (!world.publishing) throw new Error("SNS is away");
              told.push({ news, channels });
            },
          },
          subscriptions: async () => world.subscriptions,
        },
        START + hours * HOUR,
      ),
  };
  return world;
}

test("the first audit stores the subscriptions, the next reports the vanished ones, but not to phones", async () => {
  const topic = topicOf([ANN, BEN]);
  expect(await topic.at(0)).toBe(0);
  topic.subscriptions = [BEN];
  expect(await topic.at(24)).toBe(1);
  const vanished = [{ protocol: "email", endpoint: "ann@example.com" }];
  expect(topic.told).toEqual([
    { news: { kind: "subscriptions", at: START + 24 * HOUR, vanished, unconfirmed: [] }, channels: { sms: false } },
  ]);
  await topic.at(48);
  expect(topic.told).toHaveLength(1);
});

test("the audit runs once a day, however often it is called", async () => {
  const topic = topicOf([ANN]);
  await topic.at(0);
  topic.subscriptions = [];
  for (let hours = 0; hours < 24; hours++) expect(await topic.at(hours)).toBe(0);
  expect(topic.audit).toMatchObject({ at: START });
  expect(await topic.at(24)).toBe(1);
});

test("the audit reports a subscription that nobody confirmed within a day", async () => {
  const topic = topicOf([ANN, { ...BEN, confirmed: false }]);
  expect(await topic.at(0)).toBe(0);
  expect(await topic.at(24)).toBe(1);
  expect(topic.told).toMatchObject([
    { news: { vanished: [], unconfirmed: [{ protocol: "email", endpoint: "ben@example.com" }] } },
  ]);
});

test("the audit does not report a subscription that was confirmed within the day", async () => {
  const topic = topicOf([{ ...BEN, confirmed: false }]);
  await topic.at(0);
  topic.subscriptions = [BEN];
  expect(await topic.at(24)).toBe(0);
  expect(topic.audit).toEqual({ at: START + 24 * HOUR, confirmed: ["email ben@example.com"], unconfirmed: [] });
});

test("a report leaves out the secrets of an address, and keeps enough to recognise it", async () => {
  const topic = topicOf([
    HOOK,
    PHONE,
    { ...HOOK, endpoint: "no address" },
    { protocol: "sqs", endpoint: "arn:aws:sqs:q", confirmed: true },
  ]);
  await topic.at(0);
  topic.subscriptions = [];
  await topic.at(24);
  expect(topic.told[0]?.news).toMatchObject({
    vanished: [
      { protocol: "https", endpoint: "https://hooks.example.com:8443" },
      { protocol: "sms", endpoint: "…0123" },
      { protocol: "https", endpoint: "https" },
      { protocol: "sqs", endpoint: "arn:aws:sqs:q" },
    ],
  });
});

test("an audit whose report could not be sent runs again at the next call", async () => {
  const topic = topicOf([ANN]);
  await topic.at(0);
  topic.subscriptions = [];
  topic.publishing = false;
  await expect(topic.at(24)).rejects.toThrow("SNS is away");
  topic.publishing = true;
  expect(await topic.at(24.1)).toBe(1);
  expect(await topic.at(48.2)).toBe(0);
});

test("too many subscriptions to list give no report, neither then nor when they are fewer again", async () => {
  const topic = topicOf([ANN]);
  await topic.at(0);
  topic.subscriptions = undefined;
  expect(await topic.at(24)).toBe(0);
  topic.subscriptions = [BEN];
  expect(await topic.at(48)).toBe(0);
});

test("the audit reports each confirmed subscription that vanishes exactly once, in any sequence of days", async () => {
  const someOf = fc.subarray([ANN, BEN, HOOK, PHONE]);
  await fc.assert(
    fc.asyncProperty(fc.array(someOf, { minLength: 2, maxLength: 8 }), async (days) => {
      const topic = topicOf([]);
      let gone = 0;
      for (const [day, subscriptions] of days.entries()) {
        gone += (days[day - 1] ?? []).filter((one) => !subscriptions.includes(one)).length;
        topic.subscriptions = subscriptions;
        await topic.at(24 * day);
      }
      const vanished = topic.told.flatMap(({ news }) => (news.kind === "subscriptions" ? news.vanished : []));
      expect(vanished).toHaveLength(gone);
    }),
  );
});
