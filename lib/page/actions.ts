import * as v from "valibot";
import { endSilence } from "../alert/end-silence.ts";
import { labelIncident, labelTime, NOTE_LENGTH_MAX } from "../alert/label.ts";
import { withdrawQuiet } from "../alert/withdraw.ts";
import { RequestError } from "../http.ts";
import { incidentId } from "../incident/id.ts";
import type { Incident } from "../incident/incident.ts";
import { CATEGORIES, type Category, type Label, VERDICTS, type Verdict } from "../incident/label.ts";
import { TIME_VERDICTS } from "../incident/time-label.ts";
import { type Actor, rollback, setEpsilon } from "../learn/by-hand.ts";
import { oneLine } from "../plain-text.ts";
import type { Stores } from "../store/stores.ts";
import { HOUR_MS } from "../time.ts";
import { groupOwner } from "../watch/baseline.ts";
import { NAME_LENGTH_MAX } from "../wire/limits.ts";
import { stateOf } from "./host-view.ts";

/** Owners of baselines are names with a prefix, and a group's prefix is the longest. */
const OWNER_LENGTH_MAX = groupOwner("").length + NAME_LENGTH_MAX;

/** A week. */
const SILENCE_HOURS_MAX = 7 * 24;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(NAME_LENGTH_MAX));
const owner = v.pipe(v.string(), v.minLength(1), v.maxLength(OWNER_LENGTH_MAX));
const place = { host: name, opened: v.pipe(v.number(), v.integer(), v.minValue(0)) };
const labelling = v.strictObject({
  ...place,
  verdict: v.picklist(VERDICTS),
  category: v.optional(v.picklist(CATEGORIES)),
  note: v.optional(v.pipe(v.string(), v.maxLength(NOTE_LENGTH_MAX), v.transform(oneLine))),
});
const time = v.pipe(v.number(), v.integer(), v.minValue(0));
const timeLabelling = v.strictObject({
  host: name,
  from: time,
  to: time,
  verdict: v.picklist(TIME_VERDICTS),
  category: labelling.entries.category,
  note: labelling.entries.note,
});
const ending = v.strictObject({ id: name });
/** Patterns of names, of which at least one is given; the command line has windows and longer silences. */
const silencing = v.strictObject({
  host: v.optional(name),
  group: v.optional(name),
  hours: v.pipe(v.number(), v.minValue(1), v.maxValue(SILENCE_HOURS_MAX)),
  reason: v.pipe(v.string(), v.maxLength(NOTE_LENGTH_MAX), v.transform(oneLine), v.minLength(1, "say why")),
});
const acknowledging = v.strictObject(place);
const rollingBack = v.strictObject({ owner, version: v.pipe(v.number(), v.integer(), v.minValue(1)) });
const setting = v.strictObject({ owner, epsilon: v.nullable(v.pipe(v.number(), v.gtValue(0))) });

type Action = (stores: Stores, body: unknown, actor: Actor) => Promise<unknown>;

/** The changes that the page can make, by path. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["/api/label", label],
  ["/api/label-time", labelATime],
  ["/api/unlabel-time", unlabelTime],
  ["/api/withdraw", withdraw],
  ["/api/acknowledge", acknowledge],
  ["/api/silence", silence],
  ["/api/end-silence", stopSilence],
  ["/api/rollback", goBack],
  ["/api/epsilon", choose],
]);

async function label(stores: Stores, body: unknown, { by, now }: Actor) {
  const { host, opened, ...said } = parse(labelling, body);
  const incident = await incidentAt(stores, host, opened);
  const given = labelOf(said, { by, now });
  return { label: given, labelled: await labelIncident(stores, incident, given) };
}

async function labelATime(stores: Stores, body: unknown, { by, now }: Actor) {
  const { host, from, to, ...said } = parse(timeLabelling, body);
  await stateOf(stores, host);
  const saying = { about: { host }, from, to, label: labelOf(said, { by, now }) };
  return { incidents: (await labelTime(stores, saying).catch(refused)).map(({ id }) => id) };
}

interface Said {
  readonly verdict: Verdict;
  readonly category?: Category | undefined;
  readonly note?: string | undefined;
}

function labelOf({ verdict, category, note }: Said, { by, now }: Actor): Label {
  if (category && verdict !== "fault") throw new RequestError(400, "category: only a fault has one");
  return { verdict, ...(category ? { category } : {}), at: now, by, ...(note ? { note } : {}) };
}

async function unlabelTime({ alerting }: Stores, body: unknown) {
  const { id } = parse(ending, body);
  await alerting.removeTimeLabel(id);
  return { removed: id };
}

async function withdraw({ alerting }: Stores, body: unknown, { now }: Actor) {
  const { id } = parse(ending, body);
  return { quiet: await withdrawQuiet(alerting, id, now).catch(refused) };
}

async function acknowledge(stores: Stores, body: unknown, { by, now }: Actor) {
  const { host, opened } = parse(acknowledging, body);
  await incidentAt(stores, host, opened);
  return { acknowledged: await stores.incidents.acknowledge(host, opened, { at: now, by }) };
}

async function silence({ alerting }: Stores, body: unknown, { by, now }: Actor) {
  const { hours, reason, host, group } = parse(silencing, body);
  const matcher = { ...(host ? { host } : {}), ...(group ? { group } : {}) };
  if (!host && !group) throw new RequestError(400, "a silence needs hosts: name a host or a group");
  const about = { matcher, reason, by, from: now, until: now + hours * HOUR_MS };
  const id = incidentId(`silence ${JSON.stringify(about)}`, now);
  const saved = await alerting.saveSilence({ id, ...about, revision: 0 });
  if (!saved) throw new RequestError(409, `another silence has the id ${id}: try again`);
  return { silence: saved };
}

async function stopSilence({ alerting }: Stores, body: unknown, { now }: Actor) {
  const { id } = parse(ending, body);
  return { silence: await endSilence(alerting, id, now).catch(refused) };
}

async function goBack({ baselines }: Stores, body: unknown, actor: Actor) {
  const { owner, version } = parse(rollingBack, body);
  return { report: await rollback(baselines, owner, version, actor).catch(refused) };
}

async function choose({ baselines }: Stores, body: unknown, actor: Actor) {
  const { owner, epsilon } = parse(setting, body);
  return { report: await setEpsilon(baselines, owner, epsilon ?? undefined, actor).catch(refused) };
}

/** The incident of a host that opened at that time. */
export async function incidentAt({ incidents }: Stores, host: string, opened: number): Promise<Incident> {
  const incident = await incidents.get(host, opened);
  if (!incident) throw new RequestError(404, `No incident of ${host} opened at ${opened}`);
  return incident;
}

function parse<T extends v.GenericSchema>(schema: T, body: unknown): v.InferOutput<T> {
  const { success, output, issues } = v.safeParse(schema, body);
  if (success) return output;
  const [issue] = issues;
  throw new RequestError(
    400,
    `${(issue && v.getDotPath(issue)) ?? "the body"}: ${issue?.message ?? "is not as expected"}`,
  );
}

/** A RangeError of a change tells people why it is refused. Any other error is no answer to them. */
function refused(error: unknown): never {
  throw error instanceof RangeError ? new RequestError(409, error.message) : error;
}
