import { PRECEDING_MAX, type Preceding } from "../alert/preceding.ts";
import type { Notice, NoticeKind } from "../incident/notice.ts";
import { SECOND_MS } from "../time.ts";
import { beforeId } from "./lines.ts";
import { duration, iso } from "./time.ts";
import type { Words, WordsContext } from "./words.ts";

/** Kinds whose subject and text message say when trouble began, so that earlier events belong there. */
const BEGINNINGS: ReadonlySet<NoticeKind> = new Set(["opened", "unstable", "also", "grown"]);

/** A text message drops its least important detail for it, and no more. */
const TEXTS_MAX = 2;

/** The words of a notice with people's events shortly before its trouble, if there were any. */
export function withPreceding(words: Words, { kind }: Notice, context: WordsContext): Words {
  const [last] = context.preceding ?? [];
  if (!last) return words;
  const { subject, email, sms, webhook } = words;
  const brief = phraseOf(last, context);
  const inText = BEGINNINGS.has(kind) ? [`${brief} (by ${context.name(last.by)})`, brief] : [];
  const { why, ...details } = webhook.custom_details;
  return {
    ...words,
    subject: [
      ...(inText.length > 0 ? subject.slice(0, 1).map((text) => beforeId(text, `, ${brief}`)) : []),
      ...subject,
    ],
    email: [...email.slice(0, 1), `It ${beganWords(context)}.`, ...email.slice(1)],
    sms: [...sms.slice(0, TEXTS_MAX).flatMap((text) => inText.map((phrase) => `${text}. Began ${phrase}`)), ...sms],
    webhook: {
      ...webhook,
      fields: { ...webhook.fields, preceding: fieldsOf(context) },
      custom_details: { why: kind === "resolved" ? why : [...why, beganWords(context)], ...details },
    },
  };
}

/** As `began 6 min after "deploy 4.2" (by anna) and in the silence "patching" (by bo)`. */
export function beganWords(context: Pick<WordsContext, "preceding" | "name">): string {
  const { preceding = [], name } = context;
  const phrases = preceding.slice(0, PRECEDING_MAX).map((one) => `${phraseOf(one, context)} (by ${name(one.by)})`);
  return `began ${phrases.join(" and ")}`;
}

function phraseOf({ what, text, before }: Preceding, { name }: Pick<WordsContext, "name">): string {
  const named = `"${name(text)}"`;
  if (what === "silence") return `in the silence ${named}`;
  const after = before < SECOND_MS ? "right after" : `${duration(before)} after`;
  return what === "event" ? `${after} ${named}` : `${after} the end of the silence ${named}`;
}

function fieldsOf({ preceding = [], name }: WordsContext): readonly object[] {
  return preceding
    .slice(0, PRECEDING_MAX)
    .map(({ what, text, by, at }) => ({ what, text: name(text), by: name(by), at: iso(at) }));
}
