import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { messageOf } from "../errors.ts";
import { saveAnswer } from "../feedback/save-answer.ts";
import { VERDICTS, type Verdict } from "../incident/label.ts";
import { parseJson } from "../json.ts";
import type { Stores } from "../store/stores.ts";
import { UserError } from "../user-error.ts";
import { parseTime } from "../wire/date.ts";

/** A person's answer about an incident, and when. Times are in milliseconds since the epoch. */
export interface GivenAnswer {
  readonly host: string;
  /** A time within the incident. */
  readonly of: number;
  readonly at: number;
  readonly verdict: Verdict;
}

const TIME = v.pipe(
  v.union([v.string(), v.number()], "a time in ISO 8601 or in milliseconds since 1970"),
  v.transform((time: string | number) => parseTime(time)),
  v.finite("a time in ISO 8601 or in milliseconds since 1970"),
);
const ANSWERS = v.array(
  v.object({
    host: v.string("the name of a host"),
    of: TIME,
    at: TIME,
    verdict: v.picklist(VERDICTS, `one of ${VERDICTS.join(", ")}`),
  }),
  'a list: [{"host": "web-07", "of": "2026-11-22T14:10Z", "at": "2026-11-22T15:00Z", "verdict": "false"}]',
);

/** Reads a JSON list of `{"host", "of", "at", "verdict"}`; the answers come in the order in which they are given. */
export async function readAnswers(path: string): Promise<readonly GivenAnswer[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UserError(`${path}: ${messageOf(error)}`, { cause: error });
  });
  const { output, issues } = v.safeParse(ANSWERS, parseJson(text));
  if (issues) throw new UserError(`${path}, ${v.getDotPath(issues[0]) ?? "the file"}: write ${issues[0].message}`);
  return output.toSorted((a, b) => a.at - b.at);
}

/** Saves the answer as the page behind the alert's link does. False when the host had no incident at that time. */
export async function give(stores: Stores, { host, of, at, verdict }: GivenAnswer): Promise<boolean> {
  const incidents = await stores.incidents.ofHost(host, 0, of + 1);
  const incident = incidents.findLast(({ resolved = Number.POSITIVE_INFINITY }) => resolved >= of);
  if (!incident) return false;
  const who = { link: "replay", name: undefined, note: undefined, at };
  const saved = await saveAnswer(stores, incident, { kind: "label", verdict }, who);
  if ("refused" in saved) throw new UserError(`the answer about incident ${incident.id} of ${host}: ${saved.refused}`);
  return true;
}
