// The life of a host's incident after it opened, and incidents that rules opened.

import type { AnomalyIncident } from "../../lib/incident/incident.ts";
import type { RuleHit } from "../../lib/incident/rule-hit.ts";
import { render } from "../../lib/notify/render.ts";
import { CONTEXT, changed, DEPLOYED, judged, LINK, latest, opened, resolved, ruled, settled } from "./example.ts";

const HOT: RuleHit = {
  rule: "cpu > 95 for 2m",
  severity: "critical",
  since: Date.UTC(2026, 10, 22, 14, 31),
  values: [{ metric: "cpu_percent", now: 97.26 }],
};

test("a warning that became critical says so", () => {
  const { subject, email, sms, webhook, attributes } = render(changed("worsened"), CONTEXT);
  expect(subject).toBe("[CRIT] web-07 (web): critical now, was a warning: cpu_user 97, normal 2-31 - K7Q2RT");
  expect(sms).toBe(
    "CRIT web-07 (web) critical now, was a warning: cpu_user 97 (norm 2-31, 94 % of score), load1 3.4 (norm 0.2-3.1, 4 %). " +
      "38 of 115 samples bad. ID K7Q2RT",
  );
  expect(email).toMatch(
    /^CRITICAL: web-07 \(group web\) is critical now, was a warning\.\n38 of 115 samples since 22 Nov 14:30 UTC are anomalies\.\n/,
  );
  expect(JSON.parse(webhook)).toMatchObject({ kind: "worsened", severity: "critical", revision: 2 });
  expect(attributes).toMatchObject({ kind: "worsened", severity: "critical" });
});

test("an unstable incident says that it comes and goes, and what the next message will be", () => {
  const { subject, email, sms, webhook } = render(changed("unstable", { unstable: true }), CONTEXT);
  expect(subject).toBe("[CRIT] web-07 (web): unstable, back soon after its end: cpu_user 97, normal 2-31 - K7Q2RT");
  expect(sms).toBe(
    "CRIT web-07 (web) unstable, back soon after its end: cpu_user 97 (norm 2-31, 94 % of score). " +
      "Held open until it is calm for 1 h or more. ID K7Q2RT",
  );
  expect(email).toContain("is unstable, back soon after its end.\nHeld open until it is calm for 1 h or more.\n");
  expect(JSON.parse(webhook)).toMatchObject({ kind: "unstable", unstable: true });
});

test("a shifted level asks whether it is the new normal, by link and by command", () => {
  const time = Date.UTC(2026, 10, 22, 20, 30);
  const sixHours = { lastAnomaly: time, samples: 2_160, anomalies: 2_151, latest: latest(time, 97, 3.4, 62) };
  const { subject, email, sms, webhook } = render(changed("shifted", sixHours), { ...DEPLOYED, now: time });
  expect(subject).toBe(
    "[CRIT] web-07 (web): anomalous for 6 h but steady: cpu_user 97, normal 2-31. New normal? - K7Q2RT",
  );
  expect(sms).toBe(
    "CRIT web-07 (web) anomalous for 6 h but steady: cpu_user 97 (norm 2-31, 94 % of score). 2151 of 2160 samples bad. " +
      "Is this its new normal? ID K7Q2RT",
  );
  expect(email).toContain("CRITICAL: web-07 (group web) has been anomalous for 6 h but steady.\n");
  expect(email).toContain(
    [
      `Is this its new normal? ${LINK}`,
      "The next refit learns from your answer. The same on the command line:",
      "  fleetwarden label K7Q2RT new-normal   # yes, it stays like this",
      "  fleetwarden label K7Q2RT fault        # no, it is a fault",
      "",
    ].join("\n"),
  );
  expect(render(changed("shifted"), CONTEXT).email).toContain(
    "\nIs this its new normal? The next refit learns from your answer:\n",
  );
  expect(JSON.parse(webhook).custom_details.answer).toBe("fleetwarden label K7Q2RT new-normal (or: fault)");
});

test("a reminder says how long nobody has acknowledged the incident, and how to", () => {
  const { subject, email, sms, webhook } = render(changed("reminder"), CONTEXT);
  expect(subject).toBe("[CRIT] web-07 (web): still critical after 4 h: cpu_user 97, normal 2-31 - K7Q2RT");
  expect(sms).toBe(
    "CRIT web-07 (web) still critical after 4 h, nobody has acknowledged it: cpu_user 97 (norm 2-31, 94 % of score). " +
      "38 of 115 samples bad. ID K7Q2RT",
  );
  expect(email).toContain("is still critical after 4 h, nobody has acknowledged it.\n");
  expect(email).toContain("\nTaking care of it? Acknowledge it: fleetwarden ack K7Q2RT\n");
  expect(JSON.parse(webhook).custom_details.answer).toBe("fleetwarden ack K7Q2RT");
});

describe("a message during an incident", () => {
  const now = CONTEXT.now;

  test("shows the current values beside the worst, and no earlier values as normal", () => {
    const { subject, email, sms, webhook } = render(changed("reminder", { latest: latest(now, 88, 2.9, 62) }), CONTEXT);
    expect(subject).toBe("[CRIT] web-07 (web): still critical after 4 h: cpu_user 88, normal 2-31 - K7Q2RT");
    expect(sms).toContain("nobody has acknowledged it: cpu_user 88 (norm 2-31, 94 % of score)");
    expect(email).toContain(
      [
        "  metric        at its worst   now    normal range   share of score",
        "  cpu_user      97             88     2-31           94 %             high",
        "  load1         3.4            2.9    0.2-3.1        4 %              in range",
        "  mem_percent   62 %           62 %   46-70 %        <1 %             in range",
      ].join("\n"),
    );
    expect(email).not.toContain("would be normal");
    expect(JSON.parse(webhook).latest.values[0]).toMatchObject({ metric: "cpu_user", now: 88 });
  });

  test.each([
    ["a minute old", 60_000, "now"],
    ["older than a minute", 60_001, "at 18:29Z"],
  ])("shows the time of values that are %s", (_what, age, heading) => {
    const { email, sms } = render(changed("reminder", { latest: latest(now - age, 88, 2.9, 62) }), CONTEXT);
    expect(email).toMatch(new RegExp(`  metric +at its worst +${heading} +normal range`));
    expect(sms.includes("cpu_user 88 at 18:29Z")).toBe(age > 60_000);
  });

  test("shows the time of the peak where only the worst values are known, as from an earlier version", () => {
    const { latest: _, ...incident } = changed("reminder").incident as AnomalyIncident;
    expect(render({ kind: "reminder", incident }, CONTEXT).sms).toContain("cpu_user 97 at 14:30Z");
  });
});

describe("an end says what is now, and what it was before", () => {
  const end = Date.UTC(2026, 10, 22, 14, 49, 10);

  test("back to normal, where all causes are within their ranges", () => {
    const { subject, email, sms } = render(resolved(), CONTEXT);
    expect(subject).toBe("[OK] web-07 (web): back to normal after 19 min: cpu_user 12.4, was 97 - K7Q2RT");
    expect(sms).toContain("back to normal after 19 min: cpu_user 12.4. Was CRIT: cpu_user 97 (norm 2-31");
    expect(email).toContain(
      [
        "  metric        at its worst   at the end   normal range",
        "  cpu_user      97             12.4         2-31           in range",
      ].join("\n"),
    );
  });

  test("only calm, where one cause is not", () => {
    const { subject, email } = render(resolved({ latest: latest(end, 43.5, 0.9, 58) }), CONTEXT);
    expect(subject).toBe("[OK] web-07 (web): calm after 19 min, but cpu_user 43.5, normal 2-31 - K7Q2RT");
    expect(email).toContain("RESOLVED: web-07 (group web) is calm after 19 min, but cpu_user 43.5, normal 2-31.\n");
    const { subject: redacted } = render(resolved({ latest: latest(end, 43.5, 0.9, 58) }), {
      ...CONTEXT,
      redact: true,
    });
    expect(redacted).toBe("[OK] web-07 (web): calm after 19 min, but cpu_user is not normal - K7Q2RT");
  });

  test("settled where the level stays, with the usual level before", () => {
    const { subject, email, sms } = render(settled(), CONTEXT);
    expect(subject).toBe("[END] web-07 (web): settled at mem_percent 57 % (was 45 %) after 3 d - K7Q2RT");
    expect(sms).toContain("settled at mem_percent 57 % (was 45 %) after 3 d");
    expect(email).toContain("ENDED: web-07 (group web) has settled at mem_percent 57 % (was 45 %) after 3 d.\n");
    expect(email).toContain("  mem_percent   58 %           57 %         45 %");
  });
});

test.each<[string, Partial<AnomalyIncident>, string]>([
  ["whether it is the new normal", {}, "\nIs this its new normal? "],
  ["for an ordinary label while a rule holds", { rules: [HOT] }, "\nWas it a real fault? "],
  ["for an ordinary label if it comes and goes", { unstable: true }, "\nWas it a real fault? "],
])("a reminder asks %s", (_what, changes, question) => {
  expect(render(changed("reminder", changes), CONTEXT).email).toContain(question);
});

describe("the way to acknowledge", () => {
  const ack = "fleetwarden ack K7Q2RT";
  const acknowledged = { at: Date.UTC(2026, 10, 22, 14, 40), by: "ann" };
  const mild = { peak: judged(0, 20) };

  test.each([
    ["in a critical incident (shown)", opened(), true],
    ["in a warning (not shown)", opened(mild), false],
    ["in an incident that is over (not shown)", resolved(), false],
    ["in an incident with a label (not shown)", opened({ label: { verdict: "fault", at: 0, by: "bob" } }), false],
    ["in an acknowledged incident (not shown)", opened({ acknowledged }), false],
  ])("is shown or not %s", (_what, notice, isTold) => {
    expect(render(notice, CONTEXT).email.includes(ack)).toBe(isTold);
  });

  test("gives way to the person who acknowledged", () => {
    const { email, webhook } = render(resolved({ acknowledged }), CONTEXT);
    expect(email).toContain("\nAcknowledged by ann, 22 Nov 14:40 UTC.\n");
    expect(JSON.parse(webhook).acknowledged).toEqual({ at: "2026-11-22T14:40:00.000Z", by: "ann" });
  });
});

describe("an incident that a rule opened", () => {
  test("on a host without a baseline has no score, no causes and no comparison", () => {
    const { subject, email, sms, webhook } = render(ruled(), CONTEXT);
    expect(subject).toBe("[CRIT] web-07 (web): rule cpu > 95 for 2m holds since 14:31Z: cpu 97 - R4ZC8M");
    expect(sms).toBe("CRIT web-07 (web): rule cpu > 95 for 2m holds since 14:31Z: cpu 97. ID R4ZC8M");
    expect(email).toBe(
      [
        "CRITICAL: web-07 (group web) has been beyond what a rule allows since 22 Nov 14:31 UTC.",
        "",
        "Rule cpu > 95 for 2m holds since 22 Nov 14:31 UTC: cpu 97.",
        "",
        "Incident R4ZC8M. Details: fleetwarden explain R4ZC8M",
        "Taking care of it? Acknowledge it, and nobody gets a reminder: fleetwarden ack R4ZC8M",
        "Was it a real fault? The next refit learns from your answer:",
        "  fleetwarden label R4ZC8M fault   # yes",
        "  fleetwarden label R4ZC8M false   # no, a false alarm",
        "",
        "Fleetwarden, stack fleetwarden",
        "",
      ].join("\n"),
    );
    expect(JSON.parse(webhook)).toMatchObject({
      class: "rule",
      rules: [
        {
          rule: "cpu > 95 for 2m",
          severity: "critical",
          since: "2026-11-22T14:31:00.000Z",
          values: [{ metric: "cpu", now: 97 }],
        },
      ],
      custom_details: { why: ["rule cpu > 95 for 2m holds since 14:31Z: cpu 97"] },
    });
  });

  test("shows at its end how long the rule held", () => {
    const over = { ...ruled({ resolved: Date.UTC(2026, 10, 22, 14, 40), revision: 2 }), kind: "resolved" as const };
    const { email, sms } = render(over, CONTEXT);
    expect(sms).toBe(
      "OK web-07 (web) 14:40Z: back to normal after 9 min. Was CRIT: rule cpu > 95 for 2m held since 14:31Z: cpu 97. " +
        "Was it a fault? ID R4ZC8M",
    );
    expect(email).toContain(
      [
        "Severity    critical",
        "Reason      rule cpu > 95 for 2m held since 22 Nov 14:31 UTC: cpu 97",
        "Anomalies   0 of 13 samples",
        "",
        "Incident",
      ].join("\n"),
    );
  });
});

test("a rule that joined an incident goes before the causes, with the units of its metrics", () => {
  const { subject, email, sms, webhook } = render(opened({ rules: [HOT] }), CONTEXT);
  expect(subject).toBe("[CRIT] web-07 (web): rule cpu > 95 for 2m holds since 14:31Z: cpu_percent 97.3 % - K7Q2RT");
  expect(sms).toBe(
    "CRIT web-07 (web): rule cpu > 95 for 2m holds since 14:31Z: cpu_percent 97.3 %; cpu_user 97 (norm 2-31, 94 % of score). " +
      "4 of 5 samples bad. ID K7Q2RT",
  );
  expect(email).toContain(
    [
      "4 of 5 samples since then are anomalies.",
      "",
      "Rule cpu > 95 for 2m holds since 22 Nov 14:31 UTC: cpu_percent 97.3 %.",
      "",
      "  metric        now    normal range   share of score",
    ].join("\n"),
  );
  expect(JSON.parse(webhook)).toMatchObject({ class: "anomaly", component: "cpu_user" });
});

test("the text message drops the values of a rule last of all", () => {
  const rule = { ...HOT, rule: "r".repeat(75) };
  const host = "h".repeat(36);
  const { sms } = render(opened({ host, rules: [rule] }), CONTEXT);
  expect(sms).toBe(`CRIT ${host} (web): rule ${"r".repeat(75)} holds since 14:31Z. ID K7Q2RT`);
});

test("the end of an incident that was never announced says which incident it was part of", () => {
  const { email, webhook } = render(resolved({ fleet: "F3XAKD" }), CONTEXT);
  expect(email).toContain("\nPart of     incident F3XAKD of its group\n");
  expect(JSON.parse(webhook).fleet).toBe("F3XAKD");
});
