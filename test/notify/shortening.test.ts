import { render } from "../../lib/notify/render.ts";
import { CONTEXT, cause, changed, opened } from "./example.ts";

const LONG_HOST = "ip-10-0-12-233.eu-central-1.compute.internal";

describe("the text message drops, when it is too long", () => {
  const table = [
    [
      "nothing",
      "web-07",
      "CRIT web-07 (web) since 14:30Z: cpu_user 97 (norm 2-31, 94 % of score), load1 3.4 (norm 0.2-3.1, 4 %). 4 of 5 samples bad. ID K7Q2RT",
    ],
    [
      "first the second cause",
      LONG_HOST,
      `CRIT ${LONG_HOST} (web) since 14:30Z: cpu_user 97 (norm 2-31, 94 % of score). 4 of 5 samples bad. ID K7Q2RT`,
    ],
    [
      "then the sample count",
      "h".repeat(80),
      `CRIT ${"h".repeat(80)} (web) since 14:30Z: cpu_user 97 (norm 2-31, 94 % of score). ID K7Q2RT`,
    ],
    ["then the range", "h".repeat(100), `CRIT ${"h".repeat(100)} (web) since 14:30Z: cpu_user 97. ID K7Q2RT`],
    [
      "and last the middle of the names, which makes room for the rest",
      `${"a".repeat(60)}${"b".repeat(60)}`,
      `CRIT ${"a".repeat(19)}..${"b".repeat(19)} (web) since 14:30Z: cpu_user 97 (norm 2-31, 94 % of score). 4 of 5 samples bad. ID K7Q2RT`,
    ],
  ];

  test.each(table)("%s", (_what, host, sms) => {
    expect(render(opened({ host: host! }), CONTEXT).sms).toBe(sms);
  });
});

test.each([
  [
    "leaves out the group first",
    LONG_HOST,
    "web-frontend-production",
    `[CRIT] ${LONG_HOST}: cpu_user 97, normal 2-31 - K7Q2RT`,
  ],
  [
    "then shortens names in the middle",
    `${"a".repeat(40)}${"b".repeat(40)}`,
    "web",
    `[CRIT] ${"a".repeat(15)}..${"b".repeat(15)} (web): cpu_user 97, normal 2-31 - K7Q2RT`,
  ],
])("the subject %s", (_what, host, group, subject) => {
  expect(render(opened({ host, group }), CONTEXT).subject).toBe(subject);
});

test("names are folded to what each channel can carry", () => {
  const notice = opened({ host: "søren\n東京", group: "café\u{1f4a5}", causes: [cause({ metric: "disk[å]\u0000" })] });
  const { subject, sms, email, webhook, attributes } = render(notice, CONTEXT);
  expect(subject).toBe("[CRIT] s?ren??? (cafe?): disk[a]? 97, normal 2-31 - K7Q2RT");
  expect(sms).toContain("CRIT søren??? (café?) since 14:30Z: disk?å?? 97 ");
  expect(email).toContain("søren?東京 (group café\u{1f4a5})");
  expect(JSON.parse(webhook)).toMatchObject({ host: "søren?東京", group: "café\u{1f4a5}", component: "disk[å]?" });
  expect(attributes).toMatchObject({ host: "søren?東京", group: "café\u{1f4a5}" });
});

test("a host name of the greatest length reaches e-mail, webhook and attributes whole", () => {
  const host = `${"a".repeat(63)}.`.repeat(3) + "b".repeat(61);
  const { email, webhook, attributes } = render(opened({ host }), CONTEXT);
  expect(email).toContain(`${host} (group web)`);
  expect(JSON.parse(webhook).host).toBe(host);
  expect(attributes.host).toBe(host);
});

test("a subject without room for the normal range of an elevated metric says its value alone", () => {
  const extreme = { now: -5.405e-288, expected: 0, low: -2.405e-309, high: -1_005_000, sign: "elevated" } as const;
  const news = changed("also", {
    host: "a-host-with-a-name",
    causes: [cause({ metric: "net_bytes_per_second", ...extreme })],
  });
  expect(render(news, CONTEXT).subject).toContain(": now also net_bytes_per_second elevated, -5.41e-288 B/s - ");
});
