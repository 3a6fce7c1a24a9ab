import { type Likeness, likenessOf } from "../incident/likeness.ts";
import type { Notice } from "../incident/notice.ts";
import { beforeId } from "./lines.ts";
import { duration } from "./time.ts";
import type { Words, WordsContext } from "./words.ts";

/** The words of a notice with the name of its trouble, where that is certain. */
export function withLikeness(words: Words, { kind, incident }: Notice, context: WordsContext): Words {
  const likeness = likenessOf(incident, (context.preceding ?? []).length === 0);
  if (!likeness) return words;
  const { subject, email, sms, webhook } = words;
  const isOver = kind === "resolved";
  const line = likenessText(likeness, isOver, context);
  const [brief] = line.split(":", 1);
  const { why, ...details } = webhook.custom_details;
  return {
    ...words,
    subject: [...(isOver ? [] : subject.slice(0, 1).map((text) => beforeId(text, `, ${lowered(brief)}`))), ...subject],
    email: [...email.slice(0, 1), `${line}.`, ...email.slice(1)],
    sms: [...(isOver ? [] : sms.slice(0, 2).map((text) => `${text}. ${brief}`)), ...sms],
    webhook: {
      ...webhook,
      fields: { ...webhook.fields, looksLike: likeness.name },
      custom_details: { why: [...why, lowered(line)], ...details },
    },
  };
}

/** `Looks like a leak: memory_used_percent has grown steadily since 09:30Z`; in the past when it is over. */
export function likenessText(
  likeness: Likeness,
  isOver: boolean,
  { name, clock }: Pick<WordsContext, "name" | "clock">,
): string {
  const looks = isOver ? "Looked like" : "Looks like";
  const are = isOver ? "were" : "are";
  switch (likeness.name) {
    case "cascade":
      return `${looks} a cascade: it spread from host to host`;
    case "day off":
      return `${looks} a day off: these values are usual at weekends`;
    case "leak": {
      const { metric, side, since } = likeness;
      return `${looks} a leak: ${name(metric)} ${side === "high" ? "grew" : "fell"} steadily from ${clock(since)} on`;
    }
    case "unusual hour": {
      const { metric, usualAt, at } = likeness;
      return `${looks} work at an unusual hour: this ${name(metric)} is usual at ${clock(usualAt)}, not at ${clock(at)}`;
    }
    case "spike":
      return `${looks} a spike: ${name(likeness.metric)} was high for ${duration(likeness.lasted)}`;
    default: {
      const { name: what, metrics } = likeness;
      const article = what === "network flood" ? "a " : "";
      const quiet = what === "background work" ? `, while network traffic ${isOver ? "was" : "is"} usual` : "";
      return `${looks} ${article}${what}: ${inWords(metrics.map(name))} ${are} far above usual at once${quiet}`;
    }
  }
}

function inWords(names: readonly string[]): string {
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].join(" and ");
}

function lowered(text = ""): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
