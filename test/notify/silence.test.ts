import { render } from "../../lib/notify/render.ts";
import { CONTEXT, DEPLOYED, LINK, notBack, sendingAgain, silent } from "./example.ts";

describe("a host that fell silent", () => {
  const message = render(silent(), DEPLOYED);

  test("subject says how long it has been silent and when it was last seen", () => {
    expect(message.subject).toBe("[CRIT] web-07 (web): silent for 4 min, last seen 14:03Z - H9TTRQ");
  });

  test("e-mail has its last verdict and asks for no label", () => {
    expect(message.email).toBe(
      [
        "CRITICAL: web-07 (group web) has been silent for 4 min, last seen 14:03Z.",
        "Is the host up? If it is, check the program that sends its metrics, and its connection to the stream.",
        "",
        "Its last sample was at 22 Nov 14:03 UTC and had score 4.12, limit (epsilon) 13.4.",
        "Compared with web-07's own baseline v3, 41 labels.",
        "",
        "Incident H9TTRQ. Details: fleetwarden explain H9TTRQ",
        "Taking care of it? Acknowledge it, and nobody gets a reminder: fleetwarden ack H9TTRQ",
        `Its page, to silence it or say that it is gone: ${LINK}`,
        "Is it gone for good? Retire it, and nobody is notified of it any more:",
        "  fleetwarden hosts retire web-07",
        "",
        "Fleetwarden, stack fleetwarden",
        "",
      ].join("\n"),
    );
  });

  test("without a page there are only the commands", () => {
    expect(render(silent(), CONTEXT).email).toBe(
      message.email.replace(`Its page, to silence it or say that it is gone: ${LINK}\n`, ""),
    );
  });

  test("text message says the same in one part", () => {
    expect(message.sms).toBe("CRIT web-07 (web) silent for 4 min, last seen 14:03Z. ID H9TTRQ");
  });

  test("webhook is of class silence", () => {
    const body = JSON.parse(message.webhook);
    expect(body).toMatchObject({
      ...{ kind: "opened", severity: "critical", class: "silence", incident: "H9TTRQ", causes: [] },
      custom_details: {
        why: ["silent for 4 min, last seen 14:03Z"],
        answer: "fleetwarden hosts retire web-07",
      },
    });
    expect(message.attributes).toEqual({ severity: "critical", kind: "opened", group: "web", host: "web-07" });
  });

  test("that was learning had no verdict", () => {
    const { email } = render(silent({ lastSample: { time: Date.UTC(2026, 10, 22, 14, 3, 20) } }), DEPLOYED);
    expect(email).toContain("\nIts last sample was at 22 Nov 14:03 UTC; the host was still learning.\n\nIncident");
  });
});

describe("a host that sends again", () => {
  const message = render(sendingAgain(), DEPLOYED);

  test("subject says how long it was silent", () => {
    expect(message.subject).toBe("[OK] web-07 (web): sends again after 19 min - H9TTRQ");
    expect(message.sms).toBe("OK web-07 (web) sends again after 19 min. ID H9TTRQ");
    expect(message.email).toBe(
      [
        "RESOLVED: web-07 (group web) sends again after 19 min.",
        "",
        "Last seen   22 Nov 14:03 UTC",
        "Until       22 Nov 14:22 UTC",
        "",
        "Incident H9TTRQ. Details: fleetwarden explain H9TTRQ",
        "",
        "Fleetwarden, stack fleetwarden",
        "",
      ].join("\n"),
    );
    expect(JSON.parse(message.webhook)).toMatchObject({ kind: "resolved", class: "silence", revision: 2 });
  });

  test("that was retired instead is said to be retired", () => {
    const { subject, email } = render(sendingAgain({ ending: "gone" }), DEPLOYED);
    expect(subject).toBe("[END] web-07 (web): retired after 19 min of silence - H9TTRQ");
    expect(email).toContain("ENDED: web-07 (group web) retired after 19 min of silence.\n");
  });
});

test("a host that did not come back is not just silent: the message says when it is usually on", () => {
  const { subject, email, sms } = render(notBack(), DEPLOYED);
  const news = "did not come back: usually on by 08:00Z, last seen 21 Nov 20:00 UTC";
  expect(subject).toBe(`[CRIT] web-07 (web): ${news} - H9TTRQ`);
  expect(sms).toBe(`CRIT web-07 (web) ${news}. ID H9TTRQ`);
  expect(email).toContain(
    `CRITICAL: web-07 (group web) ${news}.\nIt stopped at a time when it is usually off.\nIs the host up?`,
  );
});

test("a reminder of a silence says how long it has lasted, and how to acknowledge it", () => {
  // From 14:03:20 to 18:30:12.
  const { subject, email, sms, webhook } = render({ ...silent({ revision: 2 }), kind: "reminder" }, DEPLOYED);
  expect(subject).toBe("[CRIT] web-07 (web): still silent after 4 h 26 min, nobody has acknowledged it - H9TTRQ");
  expect(sms).toBe(
    "CRIT web-07 (web) still silent after 4 h 26 min, nobody has acknowledged it. Last seen 14:03Z. ID H9TTRQ",
  );
  expect(email).toContain("\nTaking care of it? Acknowledge it: fleetwarden ack H9TTRQ\n");
  expect(JSON.parse(webhook)).toMatchObject({
    kind: "reminder",
    custom_details: { answer: "fleetwarden ack H9TTRQ" },
  });
});
