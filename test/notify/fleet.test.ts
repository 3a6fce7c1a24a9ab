import { render } from "../../lib/notify/render.ts";
import { CONTEXT, DEPLOYED, LINK } from "./example.ts";
import { allSilent, fleet, fleetOver } from "./fleet-example.ts";

describe("many hosts of a group at once", () => {
  const message = render(fleet(), DEPLOYED);

  test("are one subject and one text message", () => {
    expect(message.subject).toBe("[CRIT] web: 41 of 60 hosts abnormal since 14:30Z - F3XAKD");
    expect(message.sms).toBe(
      "CRIT web: 41 of 60 hosts abnormal since 14:30Z. Worst: web-03 cpu_user 97 (norm 2-31). Others web-07 web-11. " +
        "One alert for all. ID F3XAKD",
    );
  });

  test("are one e-mail, with the first of them and the causes of the worst", () => {
    expect(message.email).toBe(
      [
        "CRITICAL: 41 of 60 hosts of group web have not been normal since 22 Nov 14:30 UTC.",
        "This is one alert for all of them. Other trouble on these or other hosts gets its own alert.",
        "",
        "  host     incident",
        "  web-03   A2B3C4",
        "  web-07   A2B3C5",
        "  web-11   A2B3C6",
        "  web-02   A2B3C7",
        "  web-19   A2B3C8",
        "  and 36 more",
        "",
        "The worst of them:",
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
        "Incident F3XAKD. Details: fleetwarden explain F3XAKD",
        "Taking care of it? Acknowledge it, and nobody gets a reminder: fleetwarden ack F3XAKD",
        `Was this right? ${LINK}`,
        "The next refit learns from your answer. The same on the command line:",
        "  fleetwarden label F3XAKD fault   # yes",
        "  fleetwarden label F3XAKD false   # no, a false alarm",
        "",
        "Fleetwarden, stack fleetwarden",
        "",
      ].join("\n"),
    );
  });

  test("are one webhook call of class fleet, which names no single host", () => {
    const body = JSON.parse(message.webhook);
    expect(body).toMatchObject({
      ...{ type: "fleetwarden.incident", kind: "opened", severity: "critical", class: "fleet" },
      ...{ incident: "F3XAKD", host: "*", group: "web", source: "web", component: "cpu_user" },
      extent: { affected: 41, total: 60, silent: 0 },
      custom_details: {
        why: ["41 of 60 hosts abnormal since 14:30Z", "worst: cpu_user 97, normal 2-31"],
        first: ["web-03", "web-07", "web-11", "web-02", "web-19"],
        answer: "fleetwarden label F3XAKD fault (or: false)",
      },
    });
    expect(body.extent.first[1]).toEqual({ host: "web-07", incident: "A2B3C5" });
    expect(body.links).toEqual({ feedback: LINK });
    expect(message.attributes).toEqual({ severity: "critical", kind: "opened", group: "web", host: "*" });
  });
});

test("a reminder of a fleet says how long nobody has acknowledged it", () => {
  const { subject, email, sms } = render({ ...fleet(), kind: "reminder" }, CONTEXT);
  expect(subject).toBe("[CRIT] web: not over after 4 h, nobody has acknowledged it: 41 of 60 hosts abnormal - F3XAKD");
  expect(sms).toBe(
    "CRIT web: not over after 4 h, nobody has acknowledged it: 41 of 60 hosts abnormal. Worst: web-03 cpu_user 97 at 14:30Z. " +
      "Others web-07 web-11. ID F3XAKD",
  );
  expect(email).toContain("\nIt is not over after 4 h, and nobody has acknowledged it.\n");
});

describe("the end of a fleet incident", () => {
  test("says how long it took, how many hosts were affected, and which still are", () => {
    const { subject, email, sms, webhook } = render(fleetOver(), DEPLOYED);
    expect(subject).toBe("[OK] web: over after 22 min, 41 of 60 hosts were affected, 3 still are - F3XAKD");
    expect(sms).toBe(
      "OK web: over after 22 min, 41 of 60 hosts were affected, 3 still are. Those: web-11 web-02 web-40. ID F3XAKD",
    );
    expect(email).toBe(
      [
        "RESOLVED: the trouble of group web is over after 22 min.",
        "",
        "Since       22 Nov 14:30 UTC",
        "Until       22 Nov 14:52 UTC",
        "Affected    41 of 60 hosts",
        "Remaining   3 of them",
        "Peak        score 65.5 at 22 Nov 14:30 UTC, limit (epsilon) 13.4",
        "",
        "  host     incident",
        "  web-11   D2E3F4",
        "  web-02   D2E3F5",
        "  web-40   D2E3F6",
        "",
        "Each host that remains has an incident of its own, and a message says when that is over.",
        "",
        "Incident F3XAKD. Details: fleetwarden explain F3XAKD",
        `Was this right? ${LINK}`,
        "The next refit learns from your answer. The same on the command line:",
        "  fleetwarden label F3XAKD fault   # yes",
        "  fleetwarden label F3XAKD false   # no, a false alarm",
        "",
        "Fleetwarden, stack fleetwarden",
        "",
      ].join("\n"),
    );
    expect(JSON.parse(webhook)).toMatchObject({ kind: "resolved", extent: { affected: 41, remaining: 3 } });
  });

  test("says that all hosts are well again", () => {
    const extent = { affected: 41, total: 60, silent: 0, remaining: 0, first: [] };
    const { subject, email, sms } = render(fleetOver({ extent }), DEPLOYED);
    expect(subject).toBe("[OK] web: over after 22 min, 41 of 60 hosts were affected - F3XAKD");
    expect(sms).toBe("OK web: over after 22 min, 41 of 60 hosts were affected. ID F3XAKD");
    expect(email).toContain("\nRemaining   none\n");
    expect(email).not.toContain("Each that remains");
  });
});

test("hosts that fell silent together are called silent", () => {
  const { subject, email, sms } = render(allSilent("web", 41), DEPLOYED);
  expect(subject).toBe("[CRIT] web: 41 of 60 hosts silent since 14:03Z - F3XAKD");
  expect(sms).toBe(
    "CRIT web: 41 of 60 hosts silent since 14:03Z. First web-03 web-07 web-11. One alert for all. ID F3XAKD",
  );
  expect(email).toContain("CRITICAL: 41 of 60 hosts of group web have been silent since 22 Nov 14:03 UTC.\n");
  expect(email).not.toContain("The worst of them");
  expect(email).toContain(`\nIts page, to silence it: ${LINK}\n\nFleetwarden`);
});

test("a fleet with some silent hosts counts these apart", () => {
  const extent = { affected: 41, total: 60, silent: 5, first: [] };
  const { subject, email } = render(fleet({ extent }), DEPLOYED);
  expect(subject).toBe("[CRIT] web: 41 of 60 hosts abnormal, 5 of them silent since 14:30Z - F3XAKD");
  expect(email).toContain(
    "41 of 60 hosts of group web have not been normal, 5 of them silent, since 22 Nov 14:30 UTC.",
  );
});

test("a message about a silent fleet suspects the stream and the scorer before the hosts", () => {
  const { subject, email, sms, webhook, attributes } = render(allSilent("*", 60), DEPLOYED);
  expect(subject).toBe("[CRIT] whole fleet: nothing arrived from any of 60 hosts since 14:03Z - F3XAKD");
  expect(sms).toBe(
    "CRIT whole fleet: nothing arrived from any of 60 hosts since 14:03Z. First web-03 web-07 web-11. Or nothing is scored. ID F3XAKD",
  );
  expect(email).toContain(
    "CRITICAL: nothing has arrived from any of 60 hosts, or nothing is scored, since 22 Nov 14:03 UTC.\n" +
      "Hosts do not all fail at once: first check the stream, the function that scores, and the rejected records.\n",
  );
  expect(JSON.parse(webhook)).toMatchObject({ group: "*", source: "fleetwarden", class: "fleet" });
  expect(attributes).toEqual({ severity: "critical", kind: "opened", group: "*", host: "*" });
});

test("a long text message drops its remark, the range, all hosts but the first, and then all but the numbers", () => {
  const sms = (length: number) =>
    render(fleet({ group: "g".repeat(length), extent: { ...extentOf(), first: hostsOf("h".repeat(14)) } }), CONTEXT)
      .sms;
  const head = (length: number) => `CRIT ${"g".repeat(length)}: 41 of 60 hosts abnormal since 14:30Z.`;
  const one = "h".repeat(14);
  expect(sms(20)).toBe(`${head(20)} Worst: ${one} cpu_user 97 (norm 2-31). Others ${one} ${one}. ID F3XAKD`);
  expect(sms(30)).toBe(`${head(30)} Worst: ${one} cpu_user 97. Others ${one} ${one}. ID F3XAKD`);
  expect(sms(60)).toBe(`${head(60)} Worst: ${one} cpu_user 97. ID F3XAKD`);
  expect(sms(90)).toBe(`${head(90)} ID F3XAKD`);
});

function extentOf() {
  return { affected: 41, total: 60, silent: 0 };
}

function hostsOf(host: string) {
  return [1, 2, 3].map(() => ({ host, id: "A2B3C4" }));
}
