import { DETECTORS, type Ensemble, type Model, PAST_DETECTORS } from "../model/detector.ts";
import { COMBINATIONS } from "../model/ensemble.ts";
import { malformed, number, readNumber, readOneOf, readText, type Stored, text } from "./attributes.ts";
import { attributesOfSingle, readSingle } from "./detector-item.ts";
import type { Item } from "./item-table.ts";

/**
 * A model as attributes of its baseline's item: those of its detector (detector-item.ts), or of an ensemble `by` and
 * the number of `members`. The attributes of member k and its epsilon have `k.` before their names.
 */
export function attributesOfModel(model: Model): Item {
  if (model.detector !== "ensemble") return attributesOfSingle(model);
  const { by, members } = model;
  const own = members.flatMap((member, k) => {
    const attributes = { ...attributesOfSingle(member.model), epsilon: number(member.epsilon) };
    return Object.entries(attributes).map(([name, value]) => [`${k}.${name}`, value] as const);
  });
  return { detector: text("ensemble"), by: text(by), members: number(members.length), ...Object.fromEntries(own) };
}

/** Whether the model is of a detector that this program no longer has. */
export function isPast(stored: Stored): boolean {
  const detector = readText(stored, "detector");
  return PAST_DETECTORS.some((past) => past === detector);
}

/** The model of this number of metrics; throws when its numbers make no sense. */
export function readModel(stored: Stored, metrics: number): Model {
  return readText(stored, "detector") === "ensemble" ? readEnsemble(stored, metrics) : readSingle(stored, metrics);
}

function readEnsemble(stored: Stored, metrics: number): Ensemble {
  const count = readNumber(stored, "members");
  if (!(count >= 1 && count <= DETECTORS.length)) throw malformed("members", `${count}: from 1 to ${DETECTORS.length}`);
  const members = Array.from({ length: count }, (_, k) => {
    const own = Object.entries(stored.item).filter(([name]) => name.startsWith(`${k}.`));
    const item = Object.fromEntries(own.map(([name, value]) => [name.slice(`${k}.`.length), value]));
    const epsilon = readNumber({ ...stored, item }, "epsilon");
    if (!(epsilon > 0)) throw malformed(`${k}.epsilon`, `${epsilon} is not positive`);
    return { model: readSingle({ ...stored, item }, metrics), epsilon };
  });
  return { detector: "ensemble", by: readOneOf(stored, "by", COMBINATIONS), members };
}
