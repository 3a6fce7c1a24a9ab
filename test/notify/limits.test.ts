import fc from "fast-check";
import { render } from "../../lib/notify/render.ts";
import type { Cause, Incident, Notice, Verdict } from "../../lib/watch/incident.ts";

/** Any UTF-16 units, so with lone surrogates, controls and line breaks; any code points; and long runs of one that is costly somewhere. */
const anyName = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc
    .tuple(
      fc.constantFrom("\u{1f4a5}", '"', "\\", "\n", "\ud800", "\u0000", "é", "\ufdfa", "[", "a", "\u0301"),
      fc.nat(400),
    )
    .map(([character, times]) => character.repeat(times)),
  fc.string().map((start) => `${start}_bytes_per_second`),
);
const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, -0));
const anyCause: fc.Arbitrary<Cause> = fc.record(
  {
    metric: anyName,
    now: anyNumber,
    expected: anyNumber,
    low: anyNumber,
    high: anyNumber,
    contribution: anyNumber,
    share: anyNumber,
    normalAt: anyNumber,
  },
  { requiredKeys: ["metric", "now", "expected", "low", "high", "contribution", "share"] },
);
const anyIncident: fc.Arbitrary<Incident> = fc.record(
  {
    kind: fc.constant("silent" as const),
    id: anyName,
    host: anyName,
    group: anyName,
    revision: anyNumber,
    opened: anyNumber,
    lastAnomaly: anyNumber,
    resolved: anyNumber,
    samples: anyNumber,
    anomalies: anyNumber,
    peak: fc.record({ time: anyNumber, score: anyNumber }),
    epsilon: anyNumber,
    baseline: fc.record({
      owner: fc.tuple(fc.constantFrom("host#", "group#", ""), anyName).map((parts) => parts.join("")),
      version: anyNumber,
    }),
    causes: fc.array(anyCause, { maxLength: 5 }),
    label: fc.record({ verdict: fc.constantFrom<Verdict>("fault", "false"), at: anyNumber, by: anyName }),
  },
  {
    requiredKeys: [
      ...(["id", "host", "group", "revision", "opened", "lastAnomaly", "samples", "anomalies"] as const),
      ...(["peak", "epsilon", "baseline", "causes"] as const),
    ],
  },
);
const anyNotice: fc.Arbitrary<Notice> = fc.record({
  kind: fc.constantFrom("opened", "resolved"),
  incident: anyIncident,
});

/** As long as a link can be: the address of a function, and a token for a host of 256 characters of three bytes each. */
const LINK = `https://${"a".repeat(32)}.lambda-url.ap-southeast-2.on.aws/feedback/${"A".repeat(1_100)}`;

/** 3GPP TS 23.038, 6.2.1, read column by column: printable ASCII without its nine strangers, and these. */
const GSM7_FOREIGN = [
  ...[0xa3, 0xa5, 0xe8, 0xe9, 0xf9, 0xec, 0xf2, 0xc7, 0xd8, 0xf8, 0xc5, 0xe5],
  ...[0x394, 0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8, 0x3a3, 0x398, 0x39e, 0xc6, 0xe6, 0xdf, 0xc9],
  ...[0xa4, 0xa1, 0xc4, 0xd6, 0xd1, 0xdc, 0xa7, 0xbf, 0xe4, 0xf6, 0xf1, 0xfc, 0xe0],
].map((code) => String.fromCharCode(code));
const GSM7_TEXT = new RegExp(`^(?:(?![\`\\[\\\\\\]^{|}~])[ -~${GSM7_FOREIGN.join("")}])*$`);

/** The characters of XML 1.0 without controls: SNS takes no others. */
const CLEAN = /^[\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Enough to see every shape of name in every place, in a second per property. */
const RUNS = 200;

const bytes = (text: string) => Buffer.byteLength(text);

function holds(check: (notice: Notice) => void): void {
  fc.assert(fc.property(anyNotice, check), { numRuns: RUNS });
}

test("any subject has fewer than 100 printable ASCII characters", () => {
  holds((notice) => expect(render(notice, { stack: "s", link: LINK }).subject).toMatch(/^[ -~]{1,99}$/));
});

test("any text message has at most 160 GSM-7 characters that cost one each", () => {
  holds((notice) => {
    const { sms } = render(notice, { stack: "s", link: LINK });
    expect(sms).toMatch(GSM7_TEXT);
    expect(sms.length).toBeLessThanOrEqual(160);
    expect(sms).not.toContain("http");
    expect(sms).toMatch(/^(?:CRIT|WARN|OK) .+ ID .+$/);
  });
});

test("any e-mail has at most 8 KB of clean lines", () => {
  holds((notice) => {
    const { email } = render(notice, { stack: notice.incident.host, link: LINK });
    expect(bytes(email)).toBeLessThanOrEqual(8_192);
    expect(email.replaceAll("\n", " ")).toMatch(CLEAN);
    const { kind, label } = notice.incident;
    expect(email.includes(`\nWas this right? ${LINK}\n`)).toBe(kind === undefined && label === undefined);
  });
});

test("any webhook body is JSON of at most 8 KB of clean text", () => {
  holds((notice) => {
    const { webhook } = render(notice, { stack: notice.incident.host, link: LINK });
    expect(bytes(webhook)).toBeLessThanOrEqual(8_192);
    expect(webhook).toMatch(CLEAN);
    expect(JSON.parse(webhook)).toMatchObject({
      ...{ type: "fleetwarden.incident", v: 1, kind: notice.kind },
      ...(notice.incident.kind === undefined ? { links: { feedback: LINK } } : {}),
    });
  });
});

test.each(["opened", "resolved"] as const)("a notice %s of nothing but long names still fits", (kind) => {
  const long = "\u{1f4a5}".repeat(400);
  const { email, webhook } = render(
    {
      kind,
      incident: {
        ...{ id: long, host: long, group: long, revision: 1, opened: 0, lastAnomaly: 0, samples: 5, anomalies: 3 },
        ...{ peak: { time: 0, score: 2 }, epsilon: 1, baseline: { owner: long, version: 1 } },
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
    { stack: long, link: LINK },
  );
  expect(bytes(email)).toBeLessThanOrEqual(8_192);
  expect(bytes(webhook)).toBeLessThanOrEqual(8_192);
});

test("any attribute is a non-empty string without control characters", () => {
  holds((notice) => {
    for (const text of Object.values(render(notice, { stack: "s", link: LINK }).attributes)) {
      expect(text).toMatch(CLEAN);
      expect(text).not.toMatch(/["\\]/);
      expect(text.length).toBeGreaterThan(0);
    }
  });
});

test("no number is written as NaN, Infinity or minus zero", () => {
  const nameless = { id: "ID", host: "h", group: "g", baseline: { owner: "host#h", version: 1 } };
  holds(({ kind, incident }) => {
    const causes = incident.causes.map((cause) => ({ ...cause, metric: "m_mhz" }));
    const { label: _, ...plain } = { ...incident, ...nameless, causes };
    const { subject, email, sms, webhook } = render({ kind, incident: plain }, { stack: "s", link: LINK });
    for (const text of [subject, email, sms, webhook])
      expect(text).not.toMatch(/NaN|Infinity|undefined|(?<!\w)-0(?![.\d])/);
  });
});
