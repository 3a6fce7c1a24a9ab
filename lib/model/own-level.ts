import { moveYoung, SEEN_MIN, type Young } from "./young-level.ts";

/**
 * Where a newcomer lies beside its group. Hosts of a group differ: one has less memory, one gets less traffic. Until a
 * host has bands of its own, its values are judged as if it lay where its group does.
 *
 * The level of each metric is a mean distance from the group's usual value in the slot. Distances are differences of
 * asinh(value / floor). They are ratios where values are far above the floor, and differences in floors below it.
 */
export type OwnLevel = Young;

/** At most twice as much as usual in the group, or half. More is no character of a host, and alerts. */
const OWN_MAX = Math.LN2;
/** The least distance that counts as a move: a tenth. */
const DISTANCE_FLOOR = 0.1;

/** How far the host lies from its group, within limits; NaN in its first half hour, when it is not known. */
export function ownLevel({ level, seen }: OwnLevel, j: number): number {
  return seen[j]! < SEEN_MIN ? Number.NaN : Math.max(-OWN_MAX, Math.min(OWN_MAX, level[j]!));
}

/** The value that lies at the same distance from another one as a host does from its group. */
export function atOwnLevel(value: number, own: number, floor: number): number {
  const moved = floor * Math.sinh(Math.asinh(value / floor) + own);
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, moved));
}

/**
 * The value as its group would have it: moved toward the usual value by the host's own level, and never beyond it. A
 * host that is as usual in its group is therefore never strange. While its level is not known, a value may lie as far
 * above as a level may. It is never too low, because new hosts wait for their work.
 */
export function asInGroup(value: number, usual: number, own: number, floor: number): number {
  if (Number.isNaN(usual)) return value;
  if (value > usual) return Math.max(usual, atOwnLevel(value, -Math.max(0, known(own)), floor));
  return Number.isNaN(own) ? usual : Math.min(usual, atOwnLevel(value, -Math.min(0, own), floor));
}

function known(own: number): number {
  return Number.isNaN(own) ? OWN_MAX : own;
}

/** Moves a metric's level, in place, by a value that came `passed` ms after the one before. */
export function moveOwnLevel(
  own: OwnLevel,
  j: number,
  { value, usual, floor }: { readonly value: number; readonly usual: number; readonly floor: number },
  passed: number,
): void {
  const distance = Math.asinh(value / floor) - Math.asinh(usual / floor);
  if (!Number.isNaN(distance)) moveYoung(own, j, distance, passed, DISTANCE_FLOOR);
}
