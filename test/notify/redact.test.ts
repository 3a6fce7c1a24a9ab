import fc from "fast-check";
import type { News } from "../../lib/alert/news.ts";
import type { Incident } from "../../lib/incident/incident.ts";
import type { JudgedSample } from "../../lib/incident/judgement.ts";
import { render } from "../../lib/notify/render.ts";
import { CONTEXT, digest, epsilon, opened, resolved } from "./example.ts";
import { EXAMPLES } from "./news-examples.ts";

const REDACTED = { ...CONTEXT, redact: true };
const isNotice = (news: News) => "incident" in news;

/** The same incident with every value, score and limit another. Its names and its severity stay. */
function withValues(incident: Incident, [a, b, c]: readonly [number, number, number]): Incident {
  const other = ({ time, judgement }: JudgedSample): JudgedSample =>
    judgement ? { time, judgement: { ...judgement, score: a, epsilon: b } } : { time };
  if (incident.kind === "silent") return { ...incident, lastSample: other(incident.lastSample) };
  return {
    ...incident,
    peak: other(incident.peak),
    causes: incident.causes.map((cause) => ({
      ...cause,
      ...{ now: a, expected: b, low: c, high: b, contribution: a, share: c, normalAt: c },
    })),
    rules: [
      {
        rule: "hot",
        severity: "critical",
        since: incident.opened,
        values: [
          { metric: "cpu", now: a },
          { metric: "x", now: c },
        ],
      },
    ],
  };
}

const anyValue = fc.double({ min: 1e-3, max: 1e12, noNaN: true });

test.each(Object.entries(EXAMPLES).filter(([, [news]]) => isNotice(news)))(
  "redacted, the messages of %s are the same whatever the values are",
  (_name, [news]) => {
    if (!("incident" in news)) throw new Error("not a notice");
    const usual = render({ ...news, incident: withValues(news.incident, [1, 2, 3]) }, REDACTED);
    fc.assert(
      fc.property(anyValue, anyValue, anyValue, (...values) => {
        expect(render({ ...news, incident: withValues(news.incident, values) }, REDACTED)).toEqual(usual);
      }),
      { numRuns: 20 },
    );
  },
);

test("redacted, an opening keeps names, severity, times and counts", () => {
  const { subject, email, sms, webhook } = render(opened(), REDACTED);
  expect(subject).toBe("[CRIT] web-07 (web): cpu_user not normal - K7Q2RT");
  expect(sms).toBe("CRIT web-07 (web) since 14:30Z: cpu_user, load1. 4 of 5 samples bad. ID K7Q2RT");
  expect(email).toContain(
    [
      "CRITICAL: web-07 (group web) has not been normal since 22 Nov 14:30 UTC.",
      "4 of 5 samples since then are anomalies.",
      "",
      "Not as usual: cpu_user, load1, mem_percent.",
      "Compared with web-07's own baseline v3, 41 labels.",
      "",
      "Incident K7Q2RT.",
    ].join("\n"),
  );
  const body = JSON.parse(webhook);
  expect(body.causes).toEqual([{ metric: "cpu_user" }, { metric: "load1" }, { metric: "mem_percent" }]);
  for (const field of ["score", "epsilon"]) expect(body).not.toHaveProperty(field);
  expect(body.custom_details.why).toEqual(["cpu_user", "load1", "mem_percent"]);
  expect(body.custom_details).not.toHaveProperty("normal_if");
});

test("redacted, an end keeps the times", () => {
  expect(render(resolved(), REDACTED).email).toContain(
    [
      "Severity    critical",
      "Peak        22 Nov 14:30 UTC",
      "First cause cpu_user",
      "Anomalies   38 of 115 samples",
    ].join("\n"),
  );
});

test("redacted, a rule keeps its name only", () => {
  const rules = [{ rule: "hot", severity: "critical" as const, since: 0, values: [{ metric: "cpu", now: 97 }] }];
  const { subject, email, webhook } = render(opened({ rules }), REDACTED);
  expect(subject).toBe("[CRIT] web-07 (web): rule hot holds since 00:00Z - K7Q2RT");
  expect(email).toContain("\nRule hot holds since 1 Jan 00:00 UTC.\n");
  expect(JSON.parse(webhook).rules).toEqual([{ rule: "hot", severity: "critical", since: "1970-01-01T00:00:00.000Z" }]);
});

test("redacted, an opening without causes says only that it has none", () => {
  const { subject, sms } = render(opened({ causes: [] }), REDACTED);
  expect(subject).toBe("[CRIT] web-07 (web): not normal - K7Q2RT");
  expect(sms).toBe("CRIT web-07 (web) since 14:30Z. 4 of 5 samples bad. ID K7Q2RT");
});

test("redacted, a message hides a new epsilon, and the direction of causes", () => {
  const change = render(epsilon(), REDACTED);
  expect(change.subject).toBe(
    "[NOTE] Epsilon of group web has changed: 3 incidents labelled no fault, 1 labelled fault",
  );
  for (const text of [change.email, change.sms, change.webhook]) expect(text).not.toContain("9.2");
  const { email, sms, webhook } = render(digest(), REDACTED);
  for (const text of [email, sms, webhook]) expect(text).not.toMatch(/\bhigh\b|\blow\b/);
  expect(email).toContain("\n  cpu_user       71\n");
});
