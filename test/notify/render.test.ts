import { render } from "../../lib/notify/render.ts";
import { CONTEXT, cause, DEPLOYED, judged, LINK, opened, resolved } from "./example.ts";

describe("an opened critical incident", () => {
  const message = render(opened(), CONTEXT);

  test("subject says severity, host, group, first cause against normal, and id", () => {
    expect(message.subject).toBe("[CRIT] web-07 (web): cpu_user 97, normal 2-31 - K7Q2RT");
  });

  test("e-mail says what, where, since when, why, and how to answer", () => {
    expect(message.email).toBe(
      [
        "CRITICAL: web-07 (group web) has not been normal since 22 Nov 14:30 UTC.",
        "4 of 5 samples since then are anomalies.",
        "",
        "  metric        now    normal range   share of score",
        "  cpu_user      97     2-31           94 %             high",
        "  load1         3.4    0.2-3.1        4 %              high",
        "  mem_percent   62 %   46-70 %        <1 %             in range",
        "  others                              1 %",
        "",
        "Score 65.5 at 22 Nov 14:30 UTC, limit (epsilon) 13.4.",
        "It would be normal if cpu_user were below 48.1.",
        "Compared with web-07's own baseline v3, 41 labels.",
        "",
        "Incident K7Q2RT. Details: fleetwarden explain K7Q2RT",
        "Taking care of it? Acknowledge it, and nobody gets a reminder: fleetwarden ack K7Q2RT",
        "Was it a real fault? The next refit learns from your answer:",
        "  fleetwarden label K7Q2RT fault   # yes",
        "  fleetwarden label K7Q2RT false   # no, a false alarm",
        "",
        "Fleetwarden, stack fleetwarden",
        "",
      ].join("\n"),
    );
  });

  test("text message says the same in one part", () => {
    expect(message.sms).toBe(
      "CRIT web-07 (web) since 14:30Z: cpu_user 97 (norm 2-31, 94 % of score), load1 3.4 (norm 0.2-3.1, 4 %). " +
        "4 of 5 samples bad. ID K7Q2RT",
    );
  });

  test("webhook has our fields and the fields of the PagerDuty common event format", () => {
    expect(JSON.parse(message.webhook)).toEqual({
      type: "fleetwarden.incident",
      v: 1,
      kind: "opened",
      revision: 1,
      incident: "K7Q2RT",
      host: "web-07",
      group: "web",
      severity: "critical",
      opened: "2026-11-22T14:30:00.000Z",
      lastAnomaly: "2026-11-22T14:30:40.000Z",
      samples: 5,
      anomalies: 4,
      peak: "2026-11-22T14:30:30.000Z",
      score: 65.53,
      epsilon: 13.4,
      causes: [
        { metric: "cpu_user", now: 97, expected: 16.5, low: 2, high: 31, share: 0.9407, normalAt: 48.13 },
        { metric: "load1", now: 3.4, expected: 1.65, low: 0.2, high: 3.1, share: 0.0445 },
        { metric: "mem_percent", unit: "%", now: 62, expected: 58, low: 46, high: 70, share: 0.0034 },
      ],
      baseline: { owner: "host#web-07", version: 3, provisional: false, labels: 41 },
      summary: "[CRIT] web-07 (web): cpu_user 97, normal 2-31 - K7Q2RT",
      source: "web-07",
      component: "cpu_user",
      class: "anomaly",
      custom_details: {
        why: [
          "cpu_user 97, normal 2-31 (94 %)",
          "load1 3.4, normal 0.2-3.1 (4 %)",
          "mem_percent 62 %, normal 46-70 % (<1 %)",
        ],
        normal_if: "It would be normal if cpu_user were below 48.1.",
        certainty: "4 of 5 samples are anomalies",
        baseline: "web-07's own baseline v3, 41 labels",
        answer: "fleetwarden label K7Q2RT fault (or: false)",
        stack: "fleetwarden",
      },
    });
  });

  test("attributes serve filter policies", () => {
    expect(message.attributes).toEqual({ severity: "critical", kind: "opened", group: "web", host: "web-07" });
  });
});

describe("a resolved incident", () => {
  const message = render(resolved(), CONTEXT);

  test("subject says how long it took", () => {
    expect(message.subject).toBe("[OK] web-07 (web): back to normal after 19 min: cpu_user 12.4, was 97 - K7Q2RT");
  });

  test("e-mail shows duration, peak and each cause then and now, and asks for the label", () => {
    expect(message.email).toBe(
      [
        "RESOLVED: web-07 (group web) is back to normal after 19 min: cpu_user 12.4, was 97.",
        "Looked like a spike: cpu_user was high for 6 min.",
        "",
        "Since       22 Nov 14:30 UTC",
        "Until       22 Nov 14:49 UTC",
        "Severity    critical",
        "Peak        score 65.5 at 22 Nov 14:30 UTC, limit (epsilon) 13.4",
        "Anomalies   38 of 115 samples",
        "Baseline    web-07's own baseline v3, 41 labels",
        "",
        "  metric        at its worst   at the end   normal range",
        "  cpu_user      97             12.4         2-31           in range",
        "  load1         3.4            0.9          0.2-3.1        in range",
        "  mem_percent   62 %           58 %         46-70 %        in range",
        "",
        "Incident K7Q2RT. Details: fleetwarden explain K7Q2RT",
        "Was it a real fault? The next refit learns from your answer:",
        "  fleetwarden label K7Q2RT fault   # yes",
        "  fleetwarden label K7Q2RT false   # no, a false alarm",
        "",
        "Fleetwarden, stack fleetwarden",
        "",
      ].join("\n"),
    );
  });

  test("text message says duration and first cause, and asks", () => {
    expect(message.sms).toBe(
      "OK web-07 (web) 14:49Z: back to normal after 19 min: cpu_user 12.4. Was CRIT: cpu_user 97 (norm 2-31, 94 % of score). " +
        "Was it a fault? ID K7Q2RT",
    );
  });

  test("webhook and attributes say that it is over", () => {
    expect(JSON.parse(message.webhook)).toMatchObject({
      kind: "resolved",
      revision: 2,
      resolved: "2026-11-22T14:49:10.000Z",
      severity: "critical",
    });
    expect(message.attributes.kind).toBe("resolved");
  });

  test("no message asks again about a labelled incident", () => {
    const label = { verdict: "fault", at: Date.UTC(2026, 10, 22, 14, 40), by: "ann" } as const;
    const { email, sms, webhook } = render(resolved({ label }), CONTEXT);
    expect(email).toContain("Labelled fault by ann, 22 Nov 14:40 UTC.\nIncident K7Q2RT.");
    expect(email).not.toContain("Was it a real fault?");
    expect(sms).toContain("Labelled fault. ID K7Q2RT");
    expect(JSON.parse(webhook)).toMatchObject({ label: "fault" });
  });
});

test.each([
  ["opened", opened()],
  ["resolved", resolved()],
])("with a page to answer on, the incident %s carries its link; without one nothing changes", (_, notice) => {
  const [plain, linked] = [render(notice, CONTEXT), render(notice, DEPLOYED)];
  const question = "Was it a real fault? The next refit learns from your answer:";
  const answer = "The next refit learns from your answer. The same on the command line:";
  expect(linked.email).toBe(plain.email.replace(question, `Was this right? ${LINK}\n${answer}`));
  expect(plain.email).not.toContain("Was this right?");
  expect(JSON.parse(linked.webhook)).toEqual({ ...JSON.parse(plain.webhook), links: { feedback: LINK } });
  const { subject, sms, attributes } = plain;
  expect(linked).toMatchObject({ subject, sms, attributes });
});

test("a provisional warning says whose baseline it was compared with", () => {
  const notice = opened({
    peak: judged(Date.UTC(2026, 10, 22, 14, 31), 20, "group#web", 2),
    causes: [
      cause({ metric: "rx_bytes_per_second", now: 1_234_567, low: -5_000, high: 20_400, share: 1, normalAt: 45_678 }),
    ],
  });
  const { subject, email, sms, webhook } = render(notice, CONTEXT);
  expect(subject).toBe("[WARN] web-07 (web): rx_bytes_per_second 1.23 MB/s, normal 0-20.4 kB/s - K7Q2RT");
  expect(email).toBe(
    [
      "WARNING: web-07 (group web) has not been normal since 22 Nov 14:30 UTC.",
      "4 of 5 samples since then are anomalies.",
      "",
      "  metric                now         normal range   share of score",
      "  rx_bytes_per_second   1.23 MB/s   0-20.4 kB/s    100 %            high",
      "",
      "Score 20 at 22 Nov 14:31 UTC, limit (epsilon) 13.4.",
      "It would be normal if rx_bytes_per_second were below 45.7 kB/s.",
      "Compared with group web's baseline v2, 41 labels (provisional: this host has none yet).",
      "",
      "Incident K7Q2RT. Details: fleetwarden explain K7Q2RT",
      "Was it a real fault? The next refit learns from your answer:",
      "  fleetwarden label K7Q2RT fault   # yes",
      "  fleetwarden label K7Q2RT false   # no, a false alarm",
      "",
      "Fleetwarden, stack fleetwarden",
      "",
    ].join("\n"),
  );
  expect(sms).toBe(
    "WARN web-07 (web) since 14:30Z: rx_bytes_per_second 1.23 MB/s (norm 0-20.4 kB/s, 100 % of score). " +
      "4 of 5 samples bad. ID K7Q2RT",
  );
  expect(JSON.parse(webhook)).toMatchObject({
    severity: "warning",
    baseline: { owner: "group#web", provisional: true },
  });
});

test("without a counterfactual the e-mail leaves that line out, and says when only the combination is strange", () => {
  const notice = opened({
    causes: [
      cause({ metric: "cpu_user", now: 30, share: 0.6 }),
      cause({ metric: "disk_mhz", now: 900, low: 800, high: 2_100, share: 0.4 }),
    ],
  });
  const { email, webhook } = render(notice, CONTEXT);
  expect(email).toContain(
    [
      "  metric     now       normal range         share of score",
      "  cpu_user   30        2-31                 60 %             in range",
      "  disk_mhz   900 MHz   800 MHz to 2.1 GHz   40 %             in range",
      "",
      "Each of these is in its normal range, but together they are unusual.",
      "Score 65.5 at 22 Nov 14:30 UTC, limit (epsilon) 13.4.",
      "Compared with web-07's own baseline v3, 41 labels.",
      "",
    ].join("\n"),
  );
  expect(JSON.parse(webhook).custom_details).not.toHaveProperty("normal_if");
});

test("a value that is back in its range was out by itself: the e-mail does not call the combination strange", () => {
  const causes = [cause({ metric: "cpu_user", now: 97, share: 1 })];
  const latest = { time: CONTEXT.now, readings: [{ metric: "cpu_user", now: 12, expected: 16.5, low: 2, high: 31 }] };
  const { email } = render(opened({ causes, latest }), CONTEXT);
  expect(email).toContain("in range");
  expect(email).not.toContain("together they are unusual");
});

test("an elevated value is in its normal range, and stays elevated when the newest sample has another value", () => {
  const causes = [cause({ metric: "cpu_user", now: 30, share: 1, sign: "elevated" })];
  const { normalAt: _, ...elevated } = causes[0]!;
  const latest = { time: CONTEXT.now, readings: [{ metric: "cpu_user", now: 29, expected: 16.5, low: 2, high: 31 }] };
  const { subject, email } = render(opened({ causes: [elevated], latest }), CONTEXT);
  expect(subject).toBe("[CRIT] web-07 (web): cpu_user elevated, 29, usually 16.5 - K7Q2RT");
  expect(email).toContain(
    [
      "  cpu_user   30             29    2-31           100 %            elevated",
      "",
      "An elevated or lowered value is in its normal range, but has been off its usual level for too long.",
      "",
    ].join("\n"),
  );
  const back = { ...latest, readings: [{ ...latest.readings[0]!, now: 40 }] };
  expect(render(opened({ causes: [elevated], latest: back }), CONTEXT).subject).toContain("cpu_user 40, normal 2-31");
});

test("a value inside its normal range is compared with the usual one, unless both read alike", () => {
  const inside = render(opened({ causes: [cause({ now: 30 })] }), CONTEXT);
  expect(inside.subject).toBe("[CRIT] web-07 (web): cpu_user 30, usually 16.5 - K7Q2RT");
  expect(inside.sms).toContain("cpu_user 30 (usually 16.5, 94 % of score)");
  const alike = render(opened({ causes: [cause({ now: 16.51, expected: 16.52 })] }), CONTEXT);
  expect(alike.subject).toBe("[CRIT] web-07 (web): cpu_user 16.5, normal 2-31 - K7Q2RT");
});

test("where a detector predicted the value, people read what the other metrics let it expect", () => {
  const causes = [cause({ metric: "cpu_percent", now: 88, expected: 41, low: 32, high: 50, predicted: true })];
  const { subject, email, webhook } = render(opened({ causes }), CONTEXT);
  expect(subject).toBe("[CRIT] web-07 (web): cpu_percent 88 %, expected 41 % from the other metrics - K7Q2RT");
  expect(email).toContain(
    [
      "  metric        now    expected   normal range   share of score",
      "  cpu_percent   88 %   41 %       32-50 %        94 %             high",
      "  others                                         6 %",
      "",
      "Expected is what the other metrics and the samples before predict.",
    ].join("\n"),
  );
  expect(JSON.parse(webhook)).toMatchObject({
    causes: [{ metric: "cpu_percent", expected: 41, predicted: true }],
    custom_details: { why: ["cpu_percent 88 %, expected 41 % from the other metrics (94 %)"] },
  });
});

test("a subject without room for that leaves out where the expected value comes from", () => {
  const metric = `disk_${"x".repeat(30)}_percent`;
  const predicted = cause({ metric, now: 88, expected: 41, low: 32, high: 50, predicted: true });
  const { subject } = render(opened({ causes: [predicted] }), CONTEXT);
  expect(subject).toBe(`[CRIT] web-07 (web): ${metric} 88 %, expected 41 % - K7Q2RT`);
});

test("the counterfactual says above for a value that is too low", () => {
  const notice = opened({
    causes: [cause({ metric: "free_percent", now: 1, low: 20, high: 40, normalAt: 12.34 }), cause({ share: 0.06 })],
  });
  expect(render(notice, CONTEXT).email).toContain("It would be normal if free_percent were above 12.3 %.\n");
});

test("the counterfactual is about the first cause, and absent where that cause is small", () => {
  const notice = opened({ causes: [cause(), cause({ metric: "free_percent", now: 1, share: 0.06, normalAt: 12.34 })] });
  const { email, webhook } = render(notice, CONTEXT);
  expect(email).not.toContain("It would be normal");
  expect(JSON.parse(webhook).custom_details).not.toHaveProperty("normal_if");
});

test("an incident without causes says its score instead", () => {
  const { subject, email, sms, webhook } = render(opened({ causes: [] }), CONTEXT);
  expect(subject).toBe("[CRIT] web-07 (web): score 65.5, limit 13.4 - K7Q2RT");
  expect(sms).toBe("CRIT web-07 (web) since 14:30Z: score 65.5, limit 13.4. 4 of 5 samples bad. ID K7Q2RT");
  expect(email).toContain("are anomalies.\n\nScore 65.5 at 22 Nov 14:30 UTC, limit (epsilon) 13.4.\nCompared");
  expect(JSON.parse(webhook)).not.toHaveProperty("component");
});

test.each([
  ["tx_bytes", 5e6, -3],
  ["idle_percent", 1, 104],
])("the counterfactual names no value that %s cannot have", (metric, now, normalAt) => {
  const { email } = render(opened({ causes: [cause({ metric, now, normalAt })] }), CONTEXT);
  expect(email).not.toContain("It would be normal");
});
