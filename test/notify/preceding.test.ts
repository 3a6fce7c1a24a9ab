// Messages name people's events shortly before the trouble.
import type { Preceding } from "../../lib/alert/preceding.ts";
import { render } from "../../lib/notify/render.ts";
import { DEPLOYED, opened, resolved, silent } from "./example.ts";
import { DEPLOY } from "./news-examples.ts";

const BACKUP: Preceding = {
  what: "silence-over",
  text: "backup",
  by: "bo",
  at: Date.UTC(2026, 10, 22, 14),
  before: 1_800_000,
};
const context = { ...DEPLOYED, preceding: [DEPLOY, BACKUP] };

test("the opening names the event before it, in every channel", () => {
  const { subject, email, sms, webhook } = render(opened(), context);
  expect(subject).toBe('[CRIT] web-07 (web): cpu_user 97, normal 2-31, 6 min after "deploy 4.2" - K7Q2RT');
  expect(email.split("\n").slice(0, 3)).toEqual([
    "CRITICAL: web-07 (group web) has not been normal since 22 Nov 14:30 UTC.",
    'It began 6 min after "deploy 4.2" (by anna) and 30 min after the end of the silence "backup" (by bo).',
    "4 of 5 samples since then are anomalies.",
  ]);
  // 160 characters have no room for the second reason beside it.
  expect(sms).toBe(
    "CRIT web-07 (web) since 14:30Z: cpu_user 97 (norm 2-31, 94 % of score). 4 of 5 samples bad. ID K7Q2RT. " +
      'Began 6 min after "deploy 4.2" (by anna)',
  );
  expect(JSON.parse(webhook).preceding).toEqual([
    { what: "event", text: "deploy 4.2", by: "anna", at: "2026-11-22T14:24:00.000Z" },
    { what: "silence-over", text: "backup", by: "bo", at: "2026-11-22T14:00:00.000Z" },
  ]);
  expect(JSON.parse(webhook).custom_details.why.at(-1)).toMatch(/^began 6 min after "deploy 4.2" \(by anna\) and/);
});

test("the end names the event in the e-mail, and not in its subject and text message", () => {
  const { subject, email, sms } = render(resolved(), context);
  expect(email).toContain('\nIt began 6 min after "deploy 4.2" (by anna) and 30 min');
  expect({ subject, sms }).toEqual((({ subject, sms }) => ({ subject, sms }))(render(resolved(), DEPLOYED)));
});

test.each([
  [{ ...DEPLOY, before: 0 }, 'right after "deploy 4.2"'],
  [{ ...BACKUP, what: "silence" as const }, 'in the silence "backup"'],
])("the text message of a silent host names the event", (preceding, phrase) => {
  const { sms } = render(silent(), { ...DEPLOYED, preceding: [preceding] });
  expect(sms).toContain(`ID H9TTRQ. Began ${phrase} (by `);
});
