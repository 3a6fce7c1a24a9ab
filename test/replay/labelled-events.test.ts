import { labelledEvents, touches } from "../../lib/replay/labelled-events.ts";

test("events are maximal runs of labelled rows, with their times", () => {
  const labels = Uint8Array.from("1001110001", Number);
  const times = Float64Array.from(labels, (_, row) => 100 * row);
  expect(labelledEvents({ times, labels })).toEqual([
    { first: 0, last: 0, from: 0, to: 0 },
    { first: 3, last: 5, from: 300, to: 500 },
    { first: 9, last: 9, from: 900, to: 900 },
  ]);
  expect(labelledEvents({ times, labels: new Uint8Array(10) })).toEqual([]);
  expect(labelledEvents({ times })).toEqual([]);
});

test.each([
  ["ends as the event begins", 100, 300, true],
  ["opens as the event ends", 500, 900, true],
  ["lasts longer than the event", 100, 900, true],
  ["ends before the event", 100, 299, false],
  ["opens after the event", 501, 900, false],
])("an incident that %s: touches it is %4$s", (_, opened, lastAnomaly, does) => {
  expect(touches({ opened, lastAnomaly }, { from: 300, to: 500 })).toBe(does);
});
