// Messages that are not about one incident: digests, texts held back, new limits, silences and subscriptions.
import { render } from "../../lib/notify/render.ts";
import { CONTEXT, digest, epsilon, refitsRefused, subscriptions, textsHeld, unusedSilence } from "./example.ts";

describe("a digest", () => {
  test("says how many, how bad, where, which first and the main causes", () => {
    const { subject, email, sms } = render(digest(), CONTEXT);
    expect(subject).toBe(
      "[CRIT] 112 alerts in one: 108 opened, 1 changed, 3 resolved; 98 critical - web and 2 more groups",
    );
    expect(sms).toBe(
      "CRIT 112 alerts in one: 108 opened, 1 changed, 3 resolved; 98 critical. web 60, db 30, cache 22. Mostly cpu_user high. " +
        "First web-03. All: fleetwarden incidents",
    );
    expect(email).toBe(
      [
        "CRITICAL: 112 alerts in one: 108 opened, 1 changed, 3 resolved; 98 critical.",
        "More came at once than are sent one by one. None of them is lost:",
        "  fleetwarden incidents --since 1h",
        "",
        "  group   alerts",
        "  web     60",
        "  db      30",
        "  cache   22",
        "",
        "  first hosts   incident",
        "  web-03        A2B3C4",
        "  web-07        K7Q2RT",
        "  db-02         H9TTRQ",
        "",
        "  first causes          incidents",
        "  cpu_user       high   71",
        "  load1          high   20",
        "  free_percent   low    4",
        "",
        "Fleetwarden, stack fleetwarden",
        "",
      ].join("\n"),
    );
  });

  test("has all its facts in its JSON", () => {
    const { webhook } = render(digest(), CONTEXT);
    expect(JSON.parse(webhook)).toMatchObject({
      ...{ type: "fleetwarden.digest", v: 1, kind: "digest", severity: "critical", at: "2026-11-22T14:32:00.000Z" },
      ...{ opened: 108, resolved: 3, others: 1, critical: 98, warning: 11, groupsInAll: 3, group: "*" },
      groups: [
        { group: "web", notices: 60 },
        { group: "db", notices: 30 },
        { group: "cache", notices: 22 },
      ],
      first: [
        { host: "web-03", incident: "A2B3C4" },
        { host: "web-07", incident: "K7Q2RT" },
        { host: "db-02", incident: "H9TTRQ" },
      ],
      source: "fleetwarden",
    });
  });

  test("calls a fleet's incident by its group", () => {
    const first = [{ host: "group#web", id: "F3XAKD" }];
    const { email, sms } = render(digest({ first }), CONTEXT);
    expect(email).toContain("\n  group web     F3XAKD\n");
    expect(sms).toContain(" First group web. ");
  });

  test("counts the groups that it does not name", () => {
    const { subject, email, sms } = render(
      digest({ groups: [{ group: "web", notices: 60 }], groupsInAll: 12 }),
      CONTEXT,
    );
    expect(subject).toContain(" - web and 11 more groups");
    expect(email).toContain("\n  web     60\n  and 11 more groups\n");
    expect(sms).toContain(" web 60, 11 more groups. ");
  });

  test.each([
    [
      "of one group belongs to that group",
      { groups: [{ group: "db", notices: 112 }], groupsInAll: 1 },
      "critical",
      "db",
    ],
    ["of several belongs to none", {}, "critical", "*"],
    ["without anything critical is a warning", { critical: 0 }, "warning", "*"],
  ])("%s", (_what, changes, severity, group) => {
    expect(render(digest(changes), CONTEXT).attributes).toEqual({ severity, kind: "digest", group, host: "*" });
  });

  test("with nothing but ends says so", () => {
    const { subject, email } = render(digest({ opened: 0, others: 0, critical: 0, warning: 0, resolved: 7 }), CONTEXT);
    expect(subject).toBe("[OK] 7 alerts in one: 7 resolved - web and 2 more groups");
    expect(email).toMatch(/^RESOLVED: 7 alerts in one: 7 resolved\.\n/);
  });
});

test("one text message counts the texts that were held back", () => {
  const { subject, sms, attributes } = render(textsHeld(), CONTEXT);
  expect(subject).toBe("[NOTE] 23 text messages held back: 3 critical, 20 warnings");
  expect(sms).toBe(
    "NOTE 23 more alerts held this hour (limit 10 SMS). 3 critical, 20 warnings. They are in the e-mails. All: fleetwarden incidents",
  );
  expect(attributes).toEqual({ severity: "critical", kind: "texts-held", group: "*", host: "*" });
});

describe("a new epsilon", () => {
  test("says which labels changed it, what it changes, and how to take it back", () => {
    const { subject, email, sms, webhook, attributes } = render(epsilon(), CONTEXT);
    expect(subject).toBe(
      "[NOTE] Epsilon of group web is 9.2 now, was 7: 3 incidents labelled no fault, 1 labelled fault",
    );
    expect(sms).toBe(
      "NOTE Epsilon of group web is 9.2 now, was 7: 3 incidents labelled no fault, 1 labelled fault. " +
        "About 3 alerts a week instead of 12",
    );
    expect(email).toBe(
      [
        "NOTE: Epsilon of group web is 9.2 now, was 7, by version 5 of its baseline.",
        "3 incidents labelled no fault: K7Q2RT, H9TTRQ, R4ZC8M.",
        "1 incident labelled fault: F3XAKD.",
        "",
        "At this limit it would raise about 3 alerts a week instead of 12.",
        "",
        "Its history: fleetwarden epsilon history group#web",
        "Not what you want? fleetwarden epsilon rollback group#web 4",
        "",
        "Fleetwarden, stack fleetwarden",
        "",
      ].join("\n"),
    );
    expect(JSON.parse(webhook)).toMatchObject({
      ...{ type: "fleetwarden.epsilon", severity: "info", owner: "group#web", version: 5, before: 7, after: 9.2 },
      labels: { fault: ["F3XAKD"], false: ["K7Q2RT", "H9TTRQ", "R4ZC8M"] },
      alertsPerWeek: { before: 12, after: 3 },
    });
    expect(attributes).toEqual({ severity: "info", kind: "epsilon", group: "web", host: "*" });
  });

  test("of one host names that host, and its text message has room for the change", () => {
    const { alerts: _, ...unknown } = epsilon({ owner: "host#db-1", labels: { fault: [], false: ["K7Q2RT"] } });
    const { subject, email, sms, attributes } = render(
      { ...unknown, alerts: { days: 7, before: 4.26, after: 2 } },
      CONTEXT,
    );
    expect(subject).toBe("[NOTE] Epsilon of db-1 is 9.2 now, was 7: 1 incident labelled no fault");
    expect(sms).toBe(
      "NOTE Epsilon of db-1 is 9.2 now, was 7: 1 incident labelled no fault. " +
        "About 2 alerts a week instead of 4.26. Undo: fleetwarden epsilon rollback db-1 4",
    );
    expect(email).not.toContain("labelled fault");
    expect(attributes).toEqual({ severity: "info", kind: "epsilon", group: "*", host: "db-1" });
    expect(render(unknown, CONTEXT).email).not.toContain("a week");
  });

  test("that labels no longer move says so", () => {
    const { subject, email } = render(epsilon({ labels: { fault: [], false: [] } }), CONTEXT);
    expect(subject).toBe("[NOTE] Epsilon of group web is 9.2 now, was 7: no label decides any more");
    expect(email).toContain(
      "\nNo label decides the limit any more: the labels that did were withdrawn, or are too old.\n",
    );
    expect(email).not.toContain("labelled");
  });

  test("names five of many labels and counts the others", () => {
    const ids = ["A2B3C1", "A2B3C2", "A2B3C3", "A2B3C4", "A2B3C5", "A2B3C6", "A2B3C7"];
    expect(render(epsilon({ labels: { fault: [], false: ids } }), CONTEXT).email).toContain(
      "\n7 incidents labelled no fault: A2B3C1, A2B3C2, A2B3C3, A2B3C4, A2B3C5 and 2 more.\n",
    );
  });
});

describe("a message about refused refits", () => {
  test("says whose refits, since when and why, once", () => {
    const { subject, email, sms, webhook, attributes } = render(refitsRefused(), CONTEXT);
    expect(subject).toBe("[NOTE] Refits of 2 baselines of group web have been refused since 19 Nov 00:10 UTC");
    expect(sms).toBe("NOTE Refits of 2 baselines of group web have been refused since 19 Nov 00:10 UTC");
    expect(email).toContain("web-07     20 Nov 00:10 UTC   flags 9.7 % of the last day's calm samples");
    expect(email).toContain("this message comes once");
    expect(email).toContain("\nIts history: fleetwarden epsilon history web-07\n");
    expect(JSON.parse(webhook)).toMatchObject({
      ...{ type: "fleetwarden.refits-refused", severity: "info", refusalsInAll: 2 },
      refusals: [{ owner: "host#web-07", since: "2026-11-20T00:10:00.000Z" }, { owner: "host#web-11" }],
    });
    expect(attributes).toEqual({ severity: "info", kind: "refits-refused", group: "web", host: "*" });
  });

  test("names its one host, and redacted hides the figures", () => {
    const [one] = refitsRefused().refusals;
    const own = refitsRefused({ refusals: [one!], refusalsInAll: 1 });
    const { subject, email, webhook, attributes } = render(own, { ...CONTEXT, redact: true });
    expect(subject).toBe("[NOTE] Refits of web-07 have been refused since 20 Nov 00:10 UTC");
    expect(attributes).toMatchObject({ group: "web", host: "web-07" });
    expect(`${email}${webhook}`).not.toContain("9.7");
  });

  test("counts those that it does not name", () => {
    expect(render(refitsRefused({ refusalsInAll: 12 }), CONTEXT).email).toContain("\n  and 10 more\n");
  });
});

test("the report of an unused silence shows all that its author entered", () => {
  const { subject, email, sms, webhook, attributes } = render(unusedSilence(), CONTEXT);
  expect(subject).toBe("[NOTE] Silence S5TTQ3 (host db-*, group db) held nothing back: backup to the new array");
  expect(sms).toBe(
    "NOTE silence S5TTQ3 (host db-*, group db) is over and held nothing back. Reason: backup to the new array. By ann",
  );
  expect(email).toContain(
    [
      "NOTE: silence S5TTQ3 is over and held nothing back in all its time.",
      "",
      "Matched     host db-*, group db",
      "Reason      backup to the new array",
      "By          ann",
      "From        22 Nov 00:00 UTC",
      "Until       22 Nov 18:00 UTC",
      "Windows     Tue,Thu 02:00 2h Europe/Paris",
      "",
    ].join("\n"),
  );
  expect(JSON.parse(webhook)).toMatchObject({
    ...{ type: "fleetwarden.silence-unused", silence: "S5TTQ3", reason: "backup to the new array", by: "ann" },
    ...{ matcher: { host: "db-*", group: "db" }, from: "2026-11-22T00:00:00.000Z", until: "2026-11-22T18:00:00.000Z" },
  });
  expect(attributes).toEqual({ severity: "info", kind: "silence-unused", group: "db", host: "db-*" });
});

test("a silence without windows has no line about them, and a daily one names no days", () => {
  const { recurrence: _, ...always } = unusedSilence().silence;
  expect(render({ kind: "silence-unused", silence: always }, CONTEXT).email).not.toContain("Windows");
  const recurrence = { days: [], start: 1_439, durationMs: 1_800_000, zone: "UTC" };
  expect(render(unusedSilence({ recurrence }), CONTEXT).email).toContain("\nWindows     23:59 30m UTC\n");
});

describe("a report about subscriptions", () => {
  test("lists them, with the possible reasons", () => {
    const { subject, email, sms, webhook, attributes } = render(subscriptions(), CONTEXT);
    expect(subject).toBe("[WARN] Alert subscriptions: 1 is gone, 1 was never confirmed");
    expect(sms).toBe("WARN alert subscriptions: 1 is gone, 1 was never confirmed. First email o..@example.com");
    expect(email).toContain(
      [
        "WARNING: subscriptions of the alerts topic: 1 is gone, 1 was never confirmed.",
        "These subscriptions deliver no alerts:",
        "",
        "  protocol   endpoint",
        "  email      o..@example.com                gone",
        "  https      https://hooks.example.com/..   never confirmed",
        "",
      ].join("\n"),
    );
    expect(JSON.parse(webhook)).toMatchObject({
      type: "fleetwarden.subscriptions",
      vanished: [{ protocol: "email", endpoint: "o..@example.com" }],
      unconfirmed: [{ protocol: "https", endpoint: "https://hooks.example.com/.." }],
    });
    expect(attributes).toEqual({ severity: "warning", kind: "subscriptions", group: "*", host: "*" });
  });

  test("gives no reasons for a sort that it does not list", () => {
    const { subject, email } = render(subscriptions({ vanished: [] }), CONTEXT);
    expect(subject).toBe("[WARN] Alert subscriptions: 1 was never confirmed");
    expect(email).not.toContain("unsubscribed");
  });

  test("counts those beyond ten of a sort", () => {
    const many = Array.from({ length: 14 }, (_, i) => ({ protocol: "sms", endpoint: `..${i}` }));
    const { subject, email } = render(subscriptions({ vanished: many, unconfirmed: [] }), CONTEXT);
    expect(subject).toBe("[WARN] Alert subscriptions: 14 are gone");
    expect(email).toContain("\n  and 4 more\n");
  });
});
