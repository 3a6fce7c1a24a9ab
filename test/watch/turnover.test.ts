import type { HostIncident } from "../../lib/incident/incident.ts";
import { type HostState, newHost } from "../../lib/watch/state.ts";
import { turnovers } from "../../lib/watch/turnover.ts";
import { START } from "../factories.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const host = (name: string, changes: Partial<HostState>): HostState => ({ ...newHost(name, "batch"), ...changes });
const silent = { kind: "silent" } as HostIncident;
const gone = (n: number, hours: number, changes: Partial<HostState> = {}) =>
  host(`gone-${n}`, { since: START - 30 * DAY, arrived: START - hours * HOUR, incident: silent, ...changes });
const come = (n: number, days: number, changes: Partial<HostState> = {}) =>
  host(`new-${n}`, { since: START - days * DAY, arrived: START, ...changes });
const three = [1, 2, 3];

test("the sweep names a group in which three hosts fell silent for good while three others came", () => {
  const states = [...three.map((n) => gone(n, 7)), ...three.map((n) => come(n, 6))];
  expect(turnovers(states, START)).toEqual([{ group: "batch", gone: 3, come: 3 }]);
});

test.each([
  ["two are gone", [...[1, 2].map((n) => gone(n, 7)), ...three.map((n) => come(n, 6))]],
  ["two are new", [...three.map((n) => gone(n, 7)), ...[1, 2].map((n) => come(n, 6))]],
  ["they may be back soon", [...three.map((n) => gone(n, 5)), ...three.map((n) => come(n, 6))]],
  ["the others are no longer new", [...three.map((n) => gone(n, 7)), ...three.map((n) => come(n, 8))]],
  [
    "those that are new said goodbye",
    [...three.map((n) => gone(n, 7)), ...three.map((n) => come(n, 6, { retired: true }))],
  ],
  ["all of it is new", [...three.map((n) => gone(n, 7, { since: START - 5 * DAY })), ...three.map((n) => come(n, 6))]],
  ["they are of another group", [...three.map((n) => gone(n, 7, { group: "web" })), ...three.map((n) => come(n, 6))]],
])("the sweep names no group where %s", (_, states) => {
  expect(turnovers(states, START)).toEqual([]);
});
