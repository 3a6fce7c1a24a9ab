import { DEPENDENTS_MAX, type Dependents, parentOf } from "../incident/incident.ts";
import { isOpening, type Notice } from "../incident/notice.ts";
import { count } from "./format.ts";
import { beforeId } from "./lines.ts";
import type { Words, WordsContext } from "./words.ts";

/** The words of a notice with the hosts that wait for its incident, or with the incident for which it waited. */
export function withDependents(words: Words, notice: Notice, context: WordsContext): Words {
  const told = withChildren(words, notice, context);
  const parent = parentOf(notice.incident);
  if (parent === undefined || !isOpening(notice.kind)) return told;
  const id = context.name(parent);
  const line = `This message waited for incident ${id}, of a group on which this one depends.`;
  return withLine(told, line, { parent: id });
}

function withChildren(words: Words, { kind, incident }: Notice, context: WordsContext): Words {
  const { dependents } = incident;
  if (!dependents) return words;
  const [full, brief] = [hostsText(dependents, context), hostsCount(dependents.hosts)];
  const fields = { dependents: fieldsOf(dependents, context) };
  const isOne = dependents.hosts === 1;
  const who = `${full}, which ${isOne ? "depends" : "depend"} on this group,`;
  if (kind === "resolved")
    return withLine(words, `${who} had trouble, too. Messages follow about what is still wrong there.`, fields);
  const [have, their] = isOne ? ["has", "Its"] : ["have", "Their"];
  const line = `${who} ${have} had trouble, too. ${their} messages wait until this is over.`;
  const { subject, sms, webhook, ...rest } = withLine(words, line, fields);
  const why = [...webhook.custom_details.why, `also in trouble: ${full}`];
  return {
    ...rest,
    subject: [...subject.flatMap((text) => [full, brief].map((also) => beforeId(text, `, also ${also}`))), ...subject],
    sms: [...sms.flatMap((text) => [full, brief].map((also) => `${text}. Also ${also}`)), ...sms],
    webhook: { ...webhook, custom_details: { ...webhook.custom_details, why } },
  };
}

/** With a line after the first of the e-mail, and with fields of the JSON. */
function withLine(words: Words, line: string, fields: object): Words {
  const { email, webhook } = words;
  return {
    ...words,
    email: [...email.slice(0, 1), line, ...email.slice(1)],
    webhook: { ...webhook, fields: { ...webhook.fields, ...fields } },
  };
}

/** `12 hosts of web`, or `40 hosts of web and app`. */
function hostsText({ hosts, groups }: Dependents, { name }: WordsContext): string {
  const named = groups.slice(0, DEPENDENTS_MAX).map(({ group }) => name(group));
  return `${hostsCount(hosts)} of ${named.join(" and ")}`;
}

/** `1 host` or `12 hosts`. */
export function hostsCount(hosts: number): string {
  return hosts === 1 ? "1 host" : `${count(hosts)} hosts`;
}

function fieldsOf({ hosts, groups }: Dependents, { name }: WordsContext): object {
  const named = groups.slice(0, DEPENDENTS_MAX).map((one) => ({ group: name(one.group), hosts: one.hosts }));
  return { hosts, groups: named };
}
