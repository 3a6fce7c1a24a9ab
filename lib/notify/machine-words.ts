import type { Words, WordsContext } from "./words.ts";

/** The words of a notice with the attributes of its host: in the JSON, and in the e-mail before its answers. */
export function withMachine(words: Words, context: Pick<WordsContext, "attributes" | "redact" | "name">): Words {
  const { attributes = {}, redact, name: write } = context;
  const known = Object.entries(attributes).map((attribute) => attribute.map(write));
  if (redact || known.length === 0) return words;
  const { email, webhook } = words;
  const line = `The machine: ${known.map(([name, value]) => `${name} ${value}`).join(", ")}.`;
  return {
    ...words,
    email: email.toSpliced(email.lastIndexOf(""), 0, line),
    webhook: { ...webhook, fields: { ...webhook.fields, attributes: Object.fromEntries(known) } },
  };
}
