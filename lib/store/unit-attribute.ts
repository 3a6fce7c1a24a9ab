import { type Units, unitOf } from "../wire/unit-text.ts";
import { has, json, readJson, type Stored } from "./attributes.ts";
import { aList, anInteger, anObject } from "./documents.ts";
import type { Item } from "./item-table.ts";

/**
 * Declared units of a list of names: `{"MB/s":[0,3]}`, the places of the names by unit, which takes two to four bytes a
 * metric; absent without any.
 */
export function unitAttribute(attribute: string, names: readonly string[], units: Units | undefined): Item {
  if (!units) return {};
  // Objects have a constructor, and a sender may call a unit so.
  const places = new Map<string, number[]>();
  for (const [place, name] of names.entries()) {
    const unit = unitOf(units, name);
    if (unit !== undefined) places.set(unit, [...(places.get(unit) ?? []), place]);
  }
  return { [attribute]: json(Object.fromEntries(places)) };
}

export function readUnits(stored: Stored, attribute: string, names: readonly string[]): Units | undefined {
  if (!has(stored, attribute)) return undefined;
  return Object.fromEntries(
    Object.entries(readJson(stored, attribute, placesOf)).flatMap(([unit, places]) =>
      places.flatMap((place) => {
        const name = names[place];
        return name === undefined ? [] : [[name, unit]];
      }),
    ),
  );
}

function placesOf(document: unknown): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    Object.entries(anObject(document)).map(([unit, places]) => [unit, aList(places).map(anInteger)]),
  );
}
