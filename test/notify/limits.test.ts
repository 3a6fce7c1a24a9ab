import fc from "fast-check";
import type { News } from "../../lib/alert/news.ts";
import type { Incident } from "../../lib/incident/incident.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { render } from "../../lib/notify/render.ts";
import type { RenderContext } from "../../lib/notify/words.ts";
import { readAttributes } from "../../lib/wire/host-attributes.ts";
import { anyName, anyNumber, newsWith } from "./arbitraries.ts";
import { judged } from "./example.ts";
import { EXAMPLES } from "./news-examples.ts";

/** As long as a link can be: the address of a function, and a token for a host of 256 characters of three bytes each. */
const LINK = `https://${"a".repeat(32)}.lambda-url.ap-southeast-2.on.aws/feedback/${"A".repeat(1_100)}`;

/** As long as it can be: the name of a stack has at most 128 characters. */
const COMMAND = { program: "fleetwarden", target: `--stack ${"s".repeat(128)}` };

/** 3GPP TS 23.038, 6.2.1, read column by column: printable ASCII without its nine strangers, and these. */
const GSM7_FOREIGN = [
  ...[0xa3, 0xa5, 0xe8, 0xe9, 0xf9, 0xec, 0xf2, 0xc7, 0xd8, 0xf8, 0xc5, 0xe5],
  ...[0x394, 0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8, 0x3a3, 0x398, 0x39e, 0xc6, 0xe6, 0xdf, 0xc9],
  ...[0xa4, 0xa1, 0xc4, 0xd6, 0xd1, 0xdc, 0xa7, 0xbf, 0xe4, 0xf6, 0xf1, 0xfc, 0xe0],
].map((code) => String.fromCharCode(code));
const GSM7_TEXT = new RegExp(`^(?:(?![\`\\[\\\\\\]^{|}~])[ -~${GSM7_FOREIGN.join("")}])*$`);

/** The characters of XML 1.0 without controls: SNS takes no others. */
const CLEAN = /^[\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

const anyZone = fc.constantFrom("UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires");
const anyNews = newsWith(anyName, anyNumber);

/** Enough to see every shape of name in every place, in seconds per property. */
const RUNS = 200;

const bytes = (text: string) => Buffer.byteLength(text);

/** The end of a silence leaves nothing to say. */
const asks = ({ kind, incident }: Notice) =>
  incident.label === undefined && !(kind === "resolved" && isSilence(incident));
const isSilence = (incident: Incident) =>
  incident.kind === "silent" || (incident.kind === "fleet" && incident.extent.silent >= incident.extent.affected);
const anyPreceding = fc.array(
  fc.record({
    what: fc.constantFrom("event" as const, "silence" as const, "silence-over" as const),
    ...{ text: anyName, by: anyName, at: anyNumber, before: anyNumber },
  }),
  { maxLength: 4 },
);
const anyAttributes = fc
  .dictionary(fc.string({ minLength: 1, maxLength: 64 }), fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }))
  .map((sent) => readAttributes(sent).attributes ?? {});
const isNotice = (news: News): news is Notice => "incident" in news;

function holds(check: (news: News, context: RenderContext & { readonly link: string }) => void): void {
  fc.assert(
    fc.property(
      ...([anyNews, anyName, anyNumber, fc.boolean(), anyZone, anyPreceding, anyAttributes] as const),
      (news, stack, now, redact, zone, preceding, attributes) =>
        check(news, { stack, command: COMMAND, now, link: LINK, redact, zone, preceding, attributes }),
    ),
    { numRuns: RUNS },
  );
}

test("the tests of the limits try every kind of news", () => {
  const kinds = new Set(fc.sample(anyNews, 1_000).map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([...new Set(Object.values(EXAMPLES).map(([{ kind }]) => kind))].sort());
});

test("any subject has fewer than 100 printable ASCII characters", () => {
  holds((news, context) => expect(render(news, context).subject).toMatch(/^[ -~]{1,99}$/));
});

test("any text message has at most 160 GSM-7 characters that cost one each", () => {
  holds((news, context) => {
    const { sms } = render(news, context);
    expect(sms).toMatch(GSM7_TEXT);
    expect(sms.length).toBeLessThanOrEqual(160);
    expect(sms).not.toContain(LINK);
    expect(sms).toMatch(isNotice(news) ? /^(?:CRIT|WARN|OK|END) .+ ID .+$/ : /^(?:CRIT|WARN|OK|NOTE) .+$/);
  });
});

test("any e-mail has at most 8 KB of clean lines", () => {
  holds((news, context) => {
    const { email } = render(news, context);
    expect(bytes(email)).toBeLessThanOrEqual(8_192);
    expect(email.replaceAll("\n", " ")).toMatch(CLEAN);
    expect(email.includes(` ${LINK}\n`)).toBe(isNotice(news) && asks(news));
  });
});

test("any webhook body is JSON of at most 8 KB of clean text", () => {
  holds((news, context) => {
    const { webhook, subject } = render(news, context);
    expect(bytes(webhook)).toBeLessThanOrEqual(8_192);
    expect(webhook).toMatch(CLEAN);
    const body = JSON.parse(webhook);
    expect(body).toMatchObject({ v: 1, kind: news.kind, summary: subject });
    expect(body.type).toBe(`fleetwarden.${isNotice(news) ? "incident" : news.kind}`);
    expect(body.links).toEqual(isNotice(news) ? { feedback: LINK } : undefined);
    for (const field of ["source", "severity", "class"]) expect(typeof body[field]).toBe("string");
  });
});

test.each(["opened", "resolved"] as const)("a notice %s with nothing but long names still fits", (kind) => {
  const long = "\u{1f4a5}".repeat(400);
  const { email, webhook } = render(
    {
      kind,
      incident: {
        ...{ id: long, host: long, group: long, revision: 1, opened: 0, lastAnomaly: 0, samples: 5, anomalies: 3 },
        ...{ kind: "anomaly", peak: judged(0, 2, long) },
        causes: [1, 2, 3].map((now) => ({
          metric: long,
          now,
          expected: 0,
          low: -1,
          high: 0.5,
          contribution: 16,
          share: 0.3,
          normalAt: 0,
        })),
        label: { verdict: "fault", at: 0, by: long },
      },
    },
    { stack: long, now: 0, link: LINK },
  );
  expect(bytes(email)).toBeLessThanOrEqual(8_192);
  expect(bytes(webhook)).toBeLessThanOrEqual(8_192);
});

test("any attribute is a non-empty string without control characters", () => {
  holds((news, context) => {
    for (const text of Object.values(render(news, context).attributes)) {
      expect(text).toMatch(CLEAN);
      expect(text).not.toMatch(/["\\]/);
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThanOrEqual(512);
    }
  });
});

test("no number is written as NaN, Infinity or minus zero", () => {
  const named = newsWith(fc.constantFrom("m_mhz", "m_percent", "m"), anyNumber);
  fc.assert(
    fc.property(named, anyNumber, anyPreceding, (news, now, before) => {
      const preceding = before.map((one) => ({ ...one, text: "deploy", by: "jo" }));
      const context = { stack: "s", now, link: "https://example.com", preceding };
      const { subject, email, sms, webhook } = render(news, context);
      for (const text of [subject, email, sms, webhook])
        expect(text).not.toMatch(/NaN|Infinity|undefined|(?<!\w)-0(?![.\d])/);
    }),
    { numRuns: RUNS },
  );
});
