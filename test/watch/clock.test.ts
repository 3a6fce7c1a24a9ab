// A host with a wrong clock is judged like any other; a backlog is never taken for a wrong clock.
import fc from "fast-check";
import { type Arrived, fold } from "../../lib/watch/fold.ts";
import { isSilent } from "../../lib/watch/silent.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { arrived, baseline, part, START, state } from "../factories.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Each minute a record of one sample; the host's clock adds the n-th error (ms) to the true time. */
function records(errors: readonly number[], { from = 0, signs = "" } = {}): Arrived[] {
  return errors.map((error, i) => {
    const now = START + (from + i) * MINUTE;
    const rows = [[signs[i] === "!" ? 5 : 0]];
    return arrived(part({ times: [now + error], rows }), now + 1_000);
  });
}

const after = (before: HostState, all: readonly Arrived[]) => fold(before, baseline(), all);
const constant = (count: number, error: number) => Array<number>(count).fill(error);

test.each<[string, readonly number[]]>([
  ["61 minutes behind", constant(13, -61 * MINUTE)],
  ["that steps back by two hours", [...constant(4, 0), ...constant(9, -2 * HOUR)]],
  ["a day ahead for five samples", [...constant(3, 0), ...constant(5, DAY), ...constant(5, 0)]],
  ["a day ahead", constant(13, DAY)],
  ["set right after it was two hours behind", [...constant(11, -2 * HOUR), ...constant(5, 0)]],
  ["an hour behind that runs slow by two seconds a minute", constant(13, 0).map((_, i) => -61 * MINUTE - 2_000 * i)],
])("a clock %s: the next disaster opens an incident at its true time", (_, errors) => {
  const calm = after(state(), records(errors)).state;
  const disaster = records(constant(3, errors.at(-1)!), { from: errors.length, signs: "!!!" });
  const { notices } = after(calm, disaster);
  expect(notices.map(({ kind }) => kind)).toEqual(["opened"]);
  // The third of three anomalies opens it.
  const late = notices[0]!.incident.opened - (START + (errors.length + 2) * MINUTE);
  expect(Math.abs(late)).toBeLessThan(MINUTE);
});

test("the silence of a host whose clock is behind is detected", () => {
  const { state: heard } = after(state(), records(constant(60, -3 * HOUR)));
  expect(isSilent(heard, START + 60 * MINUTE)).toBe(false);
  expect(isSilent(heard, START + 3 * HOUR)).toBe(true);
});

test("a backlog sent at one and a half times its own pace or faster keeps its sample times", () => {
  const pace = fc.double({ min: 1.5, max: 1_000, noNaN: true });
  fc.assert(
    fc.property(pace, fc.integer({ min: 2, max: 8 }), (speed, hours) => {
      const count = hours * 60;
      const backlog = Array.from({ length: count }, (_, i) =>
        arrived(part({ times: [START + i * MINUTE] }), START + count * MINUTE + (i * MINUTE) / speed),
      );
      const { parts } = after(state(), backlog);
      expect(parts.map(({ times }) => times[0])).toEqual(backlog.map(({ part: { times } }) => times[0]));
    }),
  );
});

test("a backlog from a clock known to be behind keeps its times, and live samples are still corrected", () => {
  const known = after(state(), records(constant(12, -2 * HOUR))).state;
  const now = START + 12 * MINUTE;
  const [spooled] = [arrived(part({ times: [now - 3 * HOUR] }), now + 1_000)];
  const live = records([-2 * HOUR], { from: 13 });
  const { parts } = after(known, [spooled, ...live]);
  expect(parts.map(({ times }) => times[0])).toEqual([now - 3 * HOUR, now + MINUTE + 1_000]);
});

test("records that come again change only the counts, whatever the clock did", () => {
  const error = fc.oneof(
    fc.constantFrom(0, -61 * MINUTE, -2 * HOUR, DAY, 4 * MINUTE),
    fc.integer({ min: -DAY, max: DAY }),
  );
  const run = fc.tuple(error, fc.integer({ min: 1, max: 12 })).map(([ms, count]) => constant(count, ms));
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 3 }), fc.nat(), (runs, cut) => {
      const all = records(runs.flat());
      const once = after(state(), all).state;
      const again = after(once, all.slice(cut % all.length)).state;
      expect({ ...again, ingest: once.ingest }).toEqual(once);
    }),
  );
});
