import { createHash } from "node:crypto";
import fc from "fast-check";
import { donePage, PAGE_HEADERS, problemPage, questionPage } from "../../lib/feedback/page.ts";
import type { Saved } from "../../lib/feedback/save-answer.ts";
import type { Incident } from "../../lib/incident/incident.ts";
import { anIncident, judged, NOON } from "../contract/examples.ts";
import { cause } from "../notify/example.ts";

const NOW = NOON + 20 * 60_000;
const LABELLED: Saved = { kind: "label", label: { verdict: "false", at: NOON, by: "link x" }, incidents: 1 };

/** Text that is special in HTML, in a terminal or to the eye, or any other text. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    "<script>alert(1)</script>",
    "</dd></dl><form action=//evil.example>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "&lt;b&gt;",
    "</style><style>*{display:none}",
    "<!--",
    "]]>",
    "\u202egnp.exe",
  ),
);
const anyIncident: fc.Arbitrary<Incident> = fc
  .record({ host: anyText, group: anyText, metric: anyText, by: anyText, note: anyText, number: fc.double() })
  .map(({ host, group, metric, by, note, number }) => ({
    ...anIncident(host, { group, peak: judged(NOON, number) }),
    causes: [cause({ metric, now: number, low: number })],
    label: { verdict: "fault", at: NOON, by, note },
  }));

/** A small parser that shares no code with the pages: it returns tags with attributes, and the texts between them. */
function parse(page: string): { readonly tags: string[]; readonly texts: string[] } {
  const tags: string[] = [];
  const texts: string[] = [];
  const rest = page
    .replace(/<style>[^<]*<\/style>/, "")
    .replace(/<(\/?[a-z0-9!]+)((?: [a-z]+(?:="[^"<>]*")?)*)>/g, (_, name: string, attributes: string) => {
      tags.push(name + attributes);
      return "\u0000";
    });
  for (const text of rest.split("\u0000")) if (text.trim()) texts.push(text.trim());
  return { tags, texts };
}

test("nothing in an incident becomes markup", () => {
  const { tags: usual } = parse(questionPage(plain(), NOW));
  fc.assert(
    fc.property(anyIncident, (incident) => {
      const { tags, texts } = parse(questionPage(incident, NOW));
      expect(tags).toEqual(usual);
      for (const text of texts) expect(text).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
    }),
  );
});

test("nothing in a label becomes markup on the page of thanks", () => {
  const label = { verdict: "false", at: NOON, by: "link x" } as const;
  const saved = (note: string) => ({ kind: "label", label: { ...label, note }, incidents: 1 }) as const;
  const { tags: usual } = parse(donePage(anIncident("web-07"), saved("x")));
  fc.assert(
    fc.property(anyText, anyText, (host, note) => {
      expect(parse(donePage(anIncident(host), saved(note))).tags).toEqual(usual);
    }),
  );
});

test("names are shown unchanged, except for characters that could mislead the eye", () => {
  const { texts } = parse(questionPage({ ...anIncident("db <7> & \u202eelpmis"), group: "日本" }, NOW));
  expect(texts).toContain("db &lt;7&gt; &amp; ?elpmis");
  expect(texts).toContain("日本");
});

test("the question shows the causes, the host, the start, the duration and the label", () => {
  const { texts } = parse(questionPage(plain(), NOW));
  expect(pairs(texts)).toMatchObject({
    Host: "web-07",
    Group: "web",
    Since: "22 Nov 12:00 UTC",
    Duration: "20 min so far",
    Severity: "critical",
    Score: "41.5, limit 9.25",
    Anomalies: "3 of 3 samples",
    Causes: "cpu_user 97 (high; normal 2-31), 94 % of the score",
    Incident: "ABC234",
    Label: "Real fault, by ann, 22 Nov 12:00 UTC: a disk",
  });
  const over = anIncident("web-07", { resolved: NOON + 5 * 60_000 });
  expect(pairs(parse(questionPage(over, NOW)).texts)).toMatchObject({ Duration: "5 min", Label: "none yet" });
});

test("an incident without causes has no row for them", () => {
  expect(questionPage(anIncident("web-07", { causes: [] }), NOW)).not.toContain("Causes");
});

test("each answer is one button with its effect, and Enter presses none of them", () => {
  const { tags } = parse(questionPage(plain(), NOW));
  const buttons = tags.filter((tag) => tag.startsWith("button"));
  expect(buttons).toEqual([
    'button type="submit" disabled hidden',
    ...["fault", "false", "expected", "new-normal", "unknown"].map(
      (verdict) => `button type="submit" name="verdict" value="${verdict}"`,
    ),
    ...["acknowledge", "silence-1h", "silence-24h"].map(
      (action) => `button type="submit" name="action" value="${action}"`,
    ),
  ]);
  expect(tags.filter((tag) => tag.startsWith("form"))).toEqual(['form method="post"']);
});

test("every field has a label of its own", () => {
  const { tags } = parse(questionPage(plain(), NOW));
  const fields = tags.filter((tag) => /^(?:input|textarea) /.test(tag)).map((tag) => /id="(\w+)"/.exec(tag)?.[1]);
  const labels = tags.filter((tag) => tag.startsWith("label ")).map((tag) => /for="(\w+)"/.exec(tag)?.[1]);
  expect(fields).toEqual(["name", "note"]);
  expect(labels).toEqual([...fields, "category"]);
});

test.each([
  ["question", questionPage(plain(), NOW)],
  ["thanks", donePage(plain(), LABELLED)],
  ["problem", problemPage("Link too old", "Links are good for 30 days.")],
])("the page of the %s loads nothing, runs nothing, and has the one style that its policy names", (_, page) => {
  const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
  const hash = createHash("sha256").update(style).digest("base64");
  expect(PAGE_HEADERS["content-security-policy"]).toContain(`style-src 'sha256-${hash}';`);
  expect(style).toContain("color-scheme: light dark");
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
  expect(page).not.toMatch(/<script|\bsrc=|\bon[a-z]+=|\bstyle=|https?:|@import|url\(/i);
  expect(page.match(/<h1>/g)).toHaveLength(1);
});

test("the page of thanks names the answer and links back", () => {
  const page = donePage(anIncident("web-07"), {
    kind: "label",
    label: { verdict: "new-normal", at: NOON, by: "link x", note: "moved" },
    incidents: 1,
  });
  expect(page).toContain("Incident ABC234 of web-07 is labelled <strong>New normal</strong>.");
  expect(page).toContain("Note: moved");
  expect(page).toContain('<a href="">');
});

function plain(): Incident {
  return anIncident("web-07", { causes: [cause()], label: { verdict: "fault", at: NOON, by: "ann", note: "a disk" } });
}

/** The terms of the list with what follows each. */
function pairs(texts: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(texts.map((text, i) => [text, texts[i + 1]]));
}
