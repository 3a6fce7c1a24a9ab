import { CONSEQUENCES, FAULTS, type Happening, happened, type Tally } from "./faults.ts";
import { liveThrough } from "./world.ts";

/**
 * Each world drives the real decoding, folding, scoring, outbox, sweep and event source mapping through faults drawn
 * from its seed, in virtual time, and is then compared with the same records in a world without faults
 * (docs/simulation.md). A failing seed replays: npm run simulate -- --seed S --worlds 1
 */
const WORLDS = 200;
const FIRST_SEED = 1;
const WORLDS_PER_TEST = 25;

const firstSeeds = Array.from({ length: WORLDS / WORLDS_PER_TEST }, (_, i) => FIRST_SEED + i * WORLDS_PER_TEST);
const total: Tally = new Map();

test.each(firstSeeds)(
  "nothing is lost or done twice in the 25 worlds from seed %i",
  async (first) => {
    for (let seed = first; seed < first + WORLDS_PER_TEST; seed++) {
      const { faults, violations, tally } = await liveThrough(seed);
      expect({ seed, faults: [...faults], violations }).toEqual({ seed, faults: [...faults], violations: [] });
      for (const what of tally.keys()) happened(total, what);
    }
  },
  300_000,
);

const happenings = [...FAULTS, ...CONSEQUENCES].filter(
  (what): what is Happening => what !== "poison" && what !== "resharding",
);

test.each(happenings)("%s really happened in one of those worlds", (what) => {
  expect(total.get(what) ?? 0).toBeGreaterThan(0);
});

test("the same seed is the same world", async () => {
  const [traces, other]: [string[], string[]] = [[], []];
  await liveThrough(7, (line) => traces.push(line));
  await liveThrough(7, (line) => other.push(line));
  expect(traces.length).toBeGreaterThan(100);
  expect(traces).toEqual(other);
});
